import { limits } from "@interval/proto";
import { describe, expect, it } from "vitest";
import type { FrameBody } from "./frame.ts";
import { Outbox } from "./outbox.ts";

const line = { case: "log", value: { values: [] } } satisfies FrameBody;

function written(outbox: Outbox, stored = 0n) {
  const sequences: bigint[] = [];
  outbox.attach(({ frame }) => sequences.push(frame.sequence), stored);
  return sequences;
}

describe("an outbox", () => {
  it("keeps what is not stored, and gives it to the next connection in order", () => {
    const outbox = new Outbox("run_1");
    outbox.push(line);
    const first = written(outbox);
    outbox.push(line);
    outbox.acknowledge(1n);
    outbox.detach();
    outbox.push(line);
    expect(first).toEqual([1n, 2n]);
    expect(written(outbox)).toEqual([2n, 3n]);
    expect(written(outbox, 3n)).toEqual([]);
    expect(outbox.isEmpty).toBe(true);
  });

  it("lets a program wait that has used up its credit, online and offline", async () => {
    for (const online of [true, false]) {
      const outbox = new Outbox("run_1");
      const sequences = online ? written(outbox) : [];
      let waiting: Promise<void> | undefined;
      for (let i = 0; i <= limits.runCredit.frames; i++) waiting = outbox.push(line);
      expect(waiting).toBeInstanceOf(Promise);
      expect(sequences).toHaveLength(online ? limits.runCredit.frames : 0);
      if (!online) written(outbox);
      outbox.acknowledge(1n);
      await waiting;
    }
  });

  it("refuses a frame that is too large, and goes on", () => {
    const outbox = new Outbox("run_1");
    const result = { kind: { case: "stringValue", value: "x".repeat(2_000_000) } } as const;
    expect(() => outbox.push({ case: "finish", value: { outcome: { case: "success", value: { result } } } })).toThrow(
      /1 MiB/,
    );
    outbox.push(line);
    expect(written(outbox)).toEqual([1n]);
  });
});
