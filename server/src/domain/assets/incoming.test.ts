import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { IncomingBytes } from "./incoming.ts";

const minimum = { bytes: 1000, withinMs: 60_000 };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => vi.useRealTimers());

/** Chunks that come one after the other, each after a pause, until the source is cut. */
function chunksOf(pauseMs: number, sizes: number[]) {
  let cut = false;
  async function* source() {
    for (const size of sizes) {
      await vi.advanceTimersByTimeAsync(pauseMs);
      if (cut) throw new Error("cut");
      yield new Uint8Array(size);
    }
  }
  return new IncomingBytes(source(), {
    most: 1e9,
    ...minimum,
    cut: () => {
      cut = true;
    },
  });
}

async function take(bytes: IncomingBytes, work = async () => {}): Promise<{ size: number; end: string }> {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    await work();
  }
  return { size, end: bytes.end };
}

const many = <T>(count: number, value: T) => Array.from({ length: count }, () => value);

test("an upload that brings enough goes on for hours", async () => {
  expect(await take(chunksOf(50_000, many(100, 1000)))).toEqual({ size: 100_000, end: "whole" });
  expect(await take(chunksOf(5_000, many(1000, 100)))).toEqual({ size: 100_000, end: "whole" });
});

test("one that brings a byte now and then is ended", async () => {
  expect(await take(chunksOf(10_000, many(100, 1)))).toEqual({ size: 5, end: "broken" });
});

test("one that brings nothing is ended", async () => {
  expect(await take(chunksOf(60_000, [1000]))).toEqual({ size: 0, end: "broken" });
});

test("the time of a slow disk is not the client's", async () => {
  const disk = () => vi.advanceTimersByTimeAsync(100_000).then(() => undefined);
  expect(await take(chunksOf(1_000, many(20, 100)), disk)).toEqual({ size: 2000, end: "whole" });
});
