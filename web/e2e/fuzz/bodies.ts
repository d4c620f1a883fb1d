import { gzipSync } from "node:zlib";
import { type DescMessage, type Message, toBinary, toJsonString } from "@bufbuild/protobuf";
import type { Random } from "./random.ts";
import { oddText } from "./texts.ts";

/** The bytes of a message, with something wrong in them now and then. */
export function binaryBody(desc: DescMessage, message: Message, random: Random): Uint8Array {
  const bytes = toBinary(desc, message);
  return random.chance(0.2) ? damaged(bytes, random) : bytes;
}

/** A message as JSON, with something wrong in it now and then. */
export function jsonBody(desc: DescMessage, message: Message, random: Random): string {
  const text = inJson(desc, message);
  if (!random.chance(0.25)) return text;
  return random.weighted<() => string>([
    [2, () => text.slice(0, random.between(0, text.length))],
    [2, () => text.replace(/:/, `:${oddText(random)}`)],
    [1, () => "[".repeat(random.between(10, 100_000))],
    [1, () => `{"params":{"a":${nestedJson(random.between(10, 30_000))}}}`],
    [1, () => `{"__proto__":{"runId":"a"},"constructor":1,${text.slice(1)}`],
    [1, () => `{"unknown":${JSON.stringify(oddText(random))},${text.slice(1)}`],
    [1, () => random.of(["", "null", "0", '"a"', "[]", "{", "\ufeff{}", '{"a":1e999}', "{}{}", "true", "\0"])],
  ])();
}

/** JSON has no way to write some messages, such as a time out of range: those become an empty object. */
function inJson(desc: DescMessage, message: Message): string {
  try {
    return toJsonString(desc, message);
  } catch {
    return "{}";
  }
}

function nestedJson(depth: number): string {
  return `${'{"listValue":{"items":['.repeat(depth)}{}${"]}}".repeat(depth)}`;
}

/** Compresses a body, or says that it does. */
export function compressed(body: Uint8Array, random: Random): Uint8Array {
  return random.weighted<() => Uint8Array>([
    [6, () => gzipSync(body)],
    [1, () => body],
    [1, () => gzipSync(body).subarray(0, 20)],
    [0.2, () => bomb],
  ])();
}

/** 64 MiB of nothing in 64 kB. */
const bomb = gzipSync(new Uint8Array(64 * 1024 * 1024));

function damaged(bytes: Uint8Array, random: Random): Uint8Array {
  return random.weighted<() => Uint8Array>([
    [3, () => flipped(bytes, random)],
    [2, () => bytes.subarray(0, random.between(0, bytes.length))],
    [2, () => Buffer.concat([bytes, bytes])],
    [1, () => Buffer.concat([bytes, random.bytes(random.between(1, 40))])],
    // A group that never ends, a field without a number, a length beyond the end, a varint without an end.
    [
      1,
      () =>
        Buffer.concat([
          bytes,
          Buffer.from(random.of(["0b", "00", "1aff07", "0affffffff0f61", "08ff".padEnd(30, "f")]), "hex"),
        ]),
    ],
    [1, () => Buffer.concat([bytes, nested(random.between(5, 4000), random.of([0x22, 0x0a, 0x62, 0x12]))])],
    [0.5, () => Buffer.concat([bytes, Buffer.alloc(random.between(1, 100_000), Buffer.from([0x22, 0x00]))])],
    // Groups within groups.
    [0.5, () => Buffer.concat([bytes, Buffer.alloc(random.between(1, 100_000), 0x0b)])],
  ])();
}

function flipped(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (let i = random.between(1, 4); i > 0 && copy.length > 0; i--) {
    copy[random.between(0, copy.length - 1)] = random.between(0, 255);
  }
  return copy;
}

/** A message in a message in a message: so many fields of the same tag around each other. */
function nested(depth: number, tag: number): Uint8Array {
  const heads: number[][] = [];
  let length = 0;
  for (let i = 0; i < depth; i++) {
    const head = [tag, ...varint(length)];
    heads.push(head);
    length += head.length;
  }
  return Uint8Array.from(heads.reverse().flat());
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}
