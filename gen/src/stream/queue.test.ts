import { describe, expect, it } from "vitest";
import { BatchQueue, QueueClosedError } from "./queue.ts";

const queue = (batchBytes = 10, maxBytes = 20) =>
  new BatchQueue<number>({ sizeOf: (size) => size, batchBytes, maxBytes });

async function all(items: BatchQueue<number>): Promise<number[][]> {
  const batches: number[][] = [];
  for await (const batch of items) batches.push(batch);
  return batches;
}

/** Whether a promise has settled by the time that everything queued so far has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol();
  await Promise.resolve();
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}

describe("a batch", () => {
  it("takes whatever is queued, in order", async () => {
    const items = queue();
    for (const item of [1, 2, 3]) items.push(item);
    const reader = items[Symbol.asyncIterator]();
    expect(await reader.next()).toEqual({ done: false, value: [1, 2, 3] });
    expect(items.bytes).toBe(0);
  });

  it("closes at its size, and lets one item through whatever its size", async () => {
    const items = queue(10, 1000);
    for (const item of [4, 6, 1, 50, 9, 2]) items.push(item);
    items.close();
    expect(await all(items)).toEqual([[4, 6], [1], [50], [9], [2]]);
  });

  it("is awaited while nothing is queued", async () => {
    const items = queue();
    const next = items[Symbol.asyncIterator]().next();
    expect(await isSettled(next)).toBe(false);
    items.push(1);
    items.push(2);
    expect(await next).toEqual({ done: false, value: [1, 2] });
  });
});

describe("back-pressure", () => {
  it("asks to wait above the limit alone, and lets go once there is room", async () => {
    const items = queue(10, 20);
    expect(items.push(10)).toBeUndefined();
    expect(items.push(10)).toBeUndefined();
    const wait = items.push(10);
    expect(wait).toBeInstanceOf(Promise);
    expect(items.bytes).toBe(30);
    expect(await isSettled(Promise.resolve(wait))).toBe(false);
    await items[Symbol.asyncIterator]().next();
    await wait;
    expect(items.bytes).toBe(20);
  });

  it("lets a fast producer and a slow reader hand over everything in order, within bounds", async () => {
    const items = queue(10, 20);
    let most = 0;
    const produce = async () => {
      for (let i = 0; i < 1000; i++) {
        await items.push(1 + (i % 7));
        most = Math.max(most, items.bytes);
      }
      items.close();
    };
    const producing = produce();
    const got: number[] = [];
    for await (const batch of items) {
      got.push(...batch);
      await Promise.resolve();
    }
    await producing;
    expect(got).toEqual(Array.from({ length: 1000 }, (_, i) => 1 + (i % 7)));
    expect(most).toBeLessThanOrEqual(20 + 7);
  });
});

describe("the end", () => {
  it("comes after what was queued; nothing is taken any more", async () => {
    const items = queue();
    items.push(1);
    items.close();
    expect(() => items.push(2)).toThrow(QueueClosedError);
    expect(items.closed).toBe(true);
    expect(await all(items)).toEqual([[1]]);
  });

  it("wakes a reader that waits, and producers that wait", async () => {
    const waiting = queue();
    const next = waiting[Symbol.asyncIterator]().next();
    waiting.close();
    expect(await next).toEqual({ done: true, value: undefined });

    const full = queue(1, 0);
    const wait = full.push(5);
    full.close();
    await wait;
  });

  it.each(["return", "throw"] as const)(
    "by the reader's %s drops what is queued and lets producers go",
    async (how) => {
      const items = queue(10, 0);
      const wait = items.push(5);
      const reader = items[Symbol.asyncIterator]();
      expect(await reader[how]?.()).toEqual({ done: true, value: undefined });
      await wait;
      expect(items.bytes).toBe(0);
      expect(await reader.next()).toEqual({ done: true, value: undefined });
      expect(() => items.push(1)).toThrow(QueueClosedError);
    },
  );

  it("comes when the reader leaves its loop", async () => {
    const items = queue();
    items.push(1);
    for await (const batch of items) {
      expect(batch).toEqual([1]);
      break;
    }
    expect(items.closed).toBe(true);
  });
});
