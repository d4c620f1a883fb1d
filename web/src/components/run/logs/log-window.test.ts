// @vitest-environment node
import { create } from "@bufbuild/protobuf";
import { RunEventSchema } from "@interval/proto";
import { describe, expect, it } from "vitest";
import { LogWindow } from "./log-window.ts";

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => create(RunEventSchema, { sequence: BigInt(from + i) }));
const sequences = ({ chunks }: LogWindow) => chunks.flatMap((chunk) => chunk.lines.map(({ sequence }) => sequence));
const range = (from: number, to: number) => lines(from, to).map(({ sequence }) => sequence);

describe("the lines of a log that are held", () => {
  it("grow at both ends, each line once", () => {
    const log = new LogWindow().append(lines(300, 420)).append(lines(410, 550)).prepend(lines(120, 310));
    expect(sequences(log)).toEqual(range(120, 550));
    expect([log.first, log.last, log.lineCount]).toEqual([120n, 550n, 431]);
  });

  it("are drawn again where something has changed alone", () => {
    const before = new LogWindow().append(lines(1, 250));
    const after = before.append(lines(251, 252));
    const same = after.chunks.filter((chunk, i) => chunk === before.chunks[i]);
    expect([after.chunks.length, same.length]).toEqual([3, 2]);
    expect(after.chunks[2]?.key).toBe(before.chunks[2]?.key);
    expect(after.append(lines(200, 252))).toBe(after);
    expect(after.prepend(lines(1, 10))).toBe(after);
  });

  it("are let go at the beginning, some at a time", () => {
    const log = new LogWindow().append(lines(1, 1000));
    expect(sequences(log.keepLast(500))).toEqual(range(501, 1000));
    expect(log.keepLast(1000)).toBe(log);
    expect(log.keepLast(950)).toBe(log);
    expect(new LogWindow().keepLast(10).lineCount).toBe(0);
  });
});
