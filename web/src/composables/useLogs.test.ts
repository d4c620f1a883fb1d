import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import { LogLinesSchema, type RunEvent, RunEventSchema, RunService } from "@interval/proto";
import { flushPromises } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { runComposable } from "../demo/run-composable.ts";
import { useLogs } from "./useLogs.ts";

const line = (n: number): RunEvent =>
  create(RunEventSchema, { sequence: BigInt(n), kind: { case: "logged", value: {} } });
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** A server with so many lines, which tests feed to the dashboard. */
function open(lineCount: number) {
  let stored = range(1, lineCount).map(line);
  const asked: number[] = [];
  const server = { isBroken: false, beforeAnswer: () => {} };
  const transport = createRouterTransport(({ service }) =>
    service(RunService, {
      listLogs({ afterSequence, beforeSequence, pageSize }) {
        if (server.isBroken) throw new ConnectError("The disk is full.", Code.Internal);
        const before = beforeSequence || BigInt(stored.length + 1);
        const [from, to] = [Number(afterSequence), Number(before) - 1];
        const all = stored.slice(from, to);
        const page = beforeSequence > 0n ? all.slice(-pageSize) : all.slice(0, pageSize);
        asked.push(page.length);
        server.beforeAnswer();
        return { lines: page, hasMore: page.length < all.length };
      },
    }),
  );
  let following = true;
  const { used: logs, tell } = runComposable(transport, () => useLogs("run_1", () => following));
  /** Sends the lines from one to another, as those that follow another one. */
  const send = async (from: number, to: number, previous = from - 1) => {
    if (to > stored.length) stored = [...stored, ...range(stored.length + 1, to).map(line)];
    const update: MessageInitShape<typeof LogLinesSchema> = {
      lines: stored.slice(from - 1, to),
      previousSequence: BigInt(previous),
      count: BigInt(to),
    };
    tell({ case: "logLines", value: create(LogLinesSchema, update) });
    await flushPromises();
  };
  const held = () => logs.chunks.value.flatMap(({ lines }) => lines.map(({ sequence }) => Number(sequence)));
  return { logs, server, asked, send, held, follow: (now: boolean) => (following = now) };
}

describe("the log of a run", () => {
  it("has the newest lines at first, and all 20,000 once the reader has come to the beginning", async () => {
    const { logs, asked, send, held, follow } = open(20_000);
    await flushPromises();
    await send(19_801, 20_000);
    expect([held(), logs.count.value, logs.hasEarlier.value]).toEqual([range(19_801, 20_000), 20_000n, true]);
    follow(false);
    while (logs.hasEarlier.value) await logs.loadEarlier();
    expect(held()).toEqual(range(1, 20_000));
    expect(asked).toEqual(Array.from({ length: 99 }, () => 200));
  });

  it("follows 20,000 lines live, each once, and holds the last of them", async () => {
    const { logs, asked, send, held, follow } = open(0);
    await flushPromises();
    await send(1, 0);
    const seen: number[] = [];
    let changed = 0;
    for (let n = 1; n <= 20_000; n += 10) {
      const before = new Set(logs.chunks.value);
      await send(n, n + 9);
      seen.push(...held().slice(-10));
      changed = Math.max(changed, logs.chunks.value.filter((chunk) => !before.has(chunk)).length);
    }
    expect(seen).toEqual(range(1, 20_000));
    expect(held().length).toBeLessThan(2100);
    expect(changed).toBe(1); // of all that is shown, one chunk is drawn again
    expect(asked).toEqual([]);
    follow(false);
    while (logs.hasEarlier.value) await logs.loadEarlier();
    expect(held()).toEqual(range(1, 20_000));
  });

  it("reads what was missed where the reader is further up, each line once and in order", async () => {
    const { logs, server, send, held, follow } = open(100);
    await flushPromises();
    await send(1, 100);
    follow(false);
    // More is logged while the missed lines are read.
    let more = 3;
    server.beforeAnswer = () => {
      const last = 5000 - more * 10;
      if (more-- > 0) void send(last + 1, last + 10);
    };
    await send(4001, 4970, 4000);
    await expect.poll(() => held().at(-1)).toBe(5000);
    await send(5001, 5003);
    expect(held()).toEqual(range(1, 5003));
    expect(logs.error.value).toBeUndefined();
  });

  it("begins at the newest lines again where the reader follows them", async () => {
    const { logs, asked, send, held } = open(100);
    await flushPromises();
    await send(1, 100);
    await send(4801, 5000, 4800);
    expect([held(), logs.hasEarlier.value, asked]).toEqual([range(4801, 5000), true, []]);
    await logs.loadEarlier();
    expect(held()).toEqual(range(4601, 5000));
  });

  it("leaves no gap where it begins elsewhere while earlier lines are read", async () => {
    const { logs, server, send, held } = open(1000);
    await flushPromises();
    await send(801, 1000);
    server.beforeAnswer = () => void send(4801, 5000, 4800);
    await logs.loadEarlier();
    expect(held()).toEqual(range(4801, 5000));
  });

  it("says what could not be read, and reads it again", async () => {
    const { logs, server, send, held, follow } = open(1000);
    await flushPromises();
    await send(801, 1000);
    server.isBroken = true;
    await logs.loadEarlier();
    expect(logs.error.value?.rawMessage).toBe("The disk is full.");
    server.isBroken = false;
    await logs.retry();
    expect([held(), logs.error.value]).toEqual([range(601, 1000), undefined]);
    follow(false);
    server.isBroken = true;
    await send(1500, 1501, 1499);
    expect(logs.error.value?.rawMessage).toBe("The disk is full.");
    server.isBroken = false;
    await logs.retry();
    expect(held()).toEqual(range(601, 1501));
  });
});
