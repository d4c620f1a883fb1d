import { describe, expect, test } from "vitest";
import { FairTurns } from "./fair-turns.ts";

/** Turns by a clock that work alone moves on. */
class Clock {
  ms = 0;
  readonly turns = new FairTurns({ creditMs: 100, mostMs: 1_000, workingMs: 60_000 }, () => this.ms);
  readonly order: string[] = [];

  /** Has a turn and works in it. */
  async work(caller: string, spentMs: number): Promise<void> {
    await this.turns.take(caller);
    this.order.push(caller);
    this.ms += spentMs;
  }
}

const rounds = () => new Promise((resolve) => setTimeout(resolve, 20));

describe("a caller", () => {
  test("alone never waits, whatever its messages cost", async () => {
    const clock = new Clock();
    for (let i = 0; i < 5; i++) await clock.work("a", 500);
    expect(clock.ms).toBe(2_500);
  });

  test("who sends many messages at once has turns alternately with others", async () => {
    const clock = new Clock();
    const many = Array.from({ length: 6 }, () => clock.work("a", 1));
    await Promise.all([...many, clock.work("b", 1), clock.work("b", 1)]);
    expect(clock.order.join("")).toBe("ababaaaa");
  });

  test("whose turns are long waits as others work, and they do not", async () => {
    const clock = new Clock();
    await clock.work("b", 1);
    await clock.work("a", 20); // costs 400 ms, of which 100 are free
    const late = clock.work("a", 1);
    await rounds();
    expect(clock.order).toEqual(["b", "a"]);
    await clock.work("b", 1);
    await clock.work("b", 1);
    expect(clock.order).toEqual(["b", "a", "b", "b"]);
    clock.ms += 300;
    await late;
    expect(clock.order).toEqual(["b", "a", "b", "b", "a"]);
  });

  test("waits for mostMs at most after one turn", async () => {
    const clock = new Clock();
    await clock.work("b", 1);
    await clock.work("a", 600); // 360,000 without the limit
    await rounds();
    clock.ms += 900;
    await clock.work("a", 1);
    expect(clock.order).toEqual(["b", "a", "a"]);
  });

  test("waits no longer once the others have stopped, nor for those who owe too much themselves", async () => {
    const clock = new Clock();
    await clock.work("b", 1);
    clock.ms += 61_000;
    for (const caller of ["a", "a", "a", "c", "c", "c"]) await clock.work(caller, 20);
    expect(clock.order.join("")).toBe("baaaccc");
  });

  test("is forgotten when it has sent nothing for long and owes nothing", async () => {
    const clock = new Clock();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 20_000; i++) {
      clock.ms += 100;
      await clock.turns.take(`caller ${i} ${"x".repeat(1_000)}`);
      await new Promise(setImmediate);
    }
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(30 * 2 ** 20);
  });
});
