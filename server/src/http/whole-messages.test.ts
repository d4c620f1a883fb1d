import { describe, expect, test } from "vitest";
import { wholeMessages } from "./whole-messages.ts";

type Whole = Parameters<typeof wholeMessages>[1];

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

async function read(bytes: Uint8Array, size: number, whole: Partial<Whole> = {}): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of wholeMessages(inPieces(bytes, size), { isEnveloped: true, most: 100_000, ...whole }))
    pieces.push(piece);
  return pieces;
}

function enveloped(message: Uint8Array, flags = 0): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(flags);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

const messages = [0, 1, 4096, 70_000, 3].map((length) => enveloped(Buffer.alloc(length, length)));

describe("the messages of a body", () => {
  test.each([1, 7, 4096, 1_000_000])(
    "come each in one piece, in whatever pieces of %i bytes they arrive",
    async (size) => {
      expect((await read(Buffer.concat(messages), size)).map((piece) => Buffer.from(piece))).toEqual(messages);
    },
  );

  test("are one where there are no lengths between them", async () => {
    const body = Buffer.alloc(50_000, 1);
    expect((await read(body, 1, { isEnveloped: false })).map((piece) => Buffer.from(piece))).toEqual([body]);
  });

  test("are told of as they are whole, but for compressed ones", async () => {
    const told: number[] = [];
    const onMessage = ({ length }: Uint8Array) => void told.push(length);
    await read(Buffer.concat([...messages, enveloped(Buffer.alloc(9), 1)]), 7, { onMessage });
    expect(told).toEqual([0, 1, 4096, 70_000, 3]);
  });

  test("that are too large, or cut off, are passed on as they come", async () => {
    const bytes = (pieces: Uint8Array[]) => pieces.reduce((sum, { length }) => sum + length, 0);
    const large = enveloped(Buffer.alloc(100_001));
    expect((await read(large, 1000))[0]).toHaveLength(1000);
    expect(bytes(await read(large.subarray(0, 50), 7))).toBe(50);
    expect((await read(Buffer.alloc(100_500), 1000, { isEnveloped: false }))[0]).toHaveLength(100_500);
    expect(bytes(await read(messages[3] ?? Buffer.alloc(0), 10_000, { most: 10 }))).toBe(70_005);
  });
});
