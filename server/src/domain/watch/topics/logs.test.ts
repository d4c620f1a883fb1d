import { fromValue, limits, type RunEvent } from "@interval/proto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Operator, Viewer } from "../../../testing/operator.ts";
import { began, logs, type ScriptedHost, success } from "../../../testing/scripted-host.ts";
import { TestServer } from "../../../testing/test-server.ts";

let server: TestServer;
let program: Operator;
let host: ScriptedHost;
let runId: string;
beforeEach(async () => {
  server = await TestServer.start();
  const { key } = await server.key();
  program = server.program(key);
  host = await server.host(key);
  runId = await program.start();
  await host.next("startRun", runId);
  host.say(runId, began);
});
afterEach(() => server.close());

const textOf = ({ kind }: RunEvent) =>
  kind.case === "logged" ? kind.value.values.map((value) => fromValue(value)).join(" ") : kind.case;
const texts = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}`);

/** Logs numbered lines, and waits until they are stored. */
async function log(from: number, to: number): Promise<void> {
  for (const text of texts(from, to)) host.say(runId, logs(text));
  await host.acknowledged(runId);
}

/** Reads a viewer's lines until there are so many, and sees that each update follows the one before. */
async function read(viewer: Viewer, id: string, lineCount: number, after = 0n): Promise<RunEvent[]> {
  const all: RunEvent[] = [];
  let last = after;
  while (all.length < lineCount) {
    const { lines, previousSequence, count } = await viewer.next(id, "logLines");
    expect(previousSequence).toBe(last);
    all.push(...lines);
    expect(count).toBe(BigInt(all.length));
    last = lines.at(-1)?.sequence ?? last;
  }
  return all;
}

/** Reads the log from its end to its beginning. @returns all lines, and how long each page took, in milliseconds */
async function readBack(): Promise<{ lines: RunEvent[]; pageMs: number[] }> {
  const pages: RunEvent[][] = [];
  const pageMs: number[] = [];
  for (let beforeSequence = 2n ** 53n - 1n, more = true; more; ) {
    const started = performance.now();
    const page = await program.runs.listLogs({ runId, beforeSequence, pageSize: 200 });
    pageMs.push(performance.now() - started);
    pages.unshift(page.lines);
    beforeSequence = page.lines[0]?.sequence ?? 0n;
    more = page.hasMore;
  }
  return { lines: pages.flat(), pageMs };
}

/** How much more the last of some equal works cost than the first: the fastest of each, which other work on the machine disturbs least. */
function growth(spans: number[]): number {
  const some = Math.floor(spans.length / 4);
  return Math.min(...spans.slice(-some)) / Math.min(...spans.slice(0, some));
}

test("20,000 lines are shown each once and in order, live and afterwards, at a cost that does not grow", async () => {
  const lineCount = 20_000;
  const viewer = await program.watch();
  const live = await viewer.subscribe({ case: "logs", value: { runId } });
  const seen: RunEvent[] = [];
  const reading = read(viewer, live, lineCount).then((lines) => seen.push(...lines));
  const thousandMs: number[] = [];
  for (let from = 1; from <= lineCount; from += 1000) {
    const started = performance.now();
    await log(from, from + 999);
    thousandMs.push(performance.now() - started);
  }
  await reading;
  const wanted = texts(1, lineCount);
  expect(seen.map(textOf)).toEqual(wanted);
  expect(new Set(viewer.of(live).map((kind) => kind.case))).toEqual(new Set(["logLines"]));
  host.say(runId, success);
  await host.acknowledged(runId);

  const late = await viewer.subscribe({ case: "logs", value: { runId } });
  const newest = await viewer.next(late, "logLines");
  expect([newest.lines.map(textOf), newest.count]).toEqual([texts(19_801, lineCount), 20_000n]);
  expect(newest.previousSequence).toBe((newest.lines[0]?.sequence ?? 0n) - 1n);
  const { lines, pageMs } = await readBack();
  expect(lines.map(textOf)).toEqual(wanted);
  expect(growth(thousandMs)).toBeLessThan(3);
  expect(growth(pageMs)).toBeLessThan(3);
}, 120_000);

describe("a viewer who comes back", () => {
  test("is sent what it has missed, or the newest of it with what that follows", async () => {
    await log(1, 300);
    const viewer = await program.watch();
    const { lines: all } = await readBack();
    const after = async (line: number) => {
      const afterSequence = all[line - 1]?.sequence ?? 0n;
      const update = await viewer.next(
        await viewer.subscribe({ case: "logs", value: { runId, afterSequence } }),
        "logLines",
      );
      return [update.lines.map(textOf), update.previousSequence === afterSequence, Number(update.count)];
    };
    expect(await after(290)).toEqual([texts(291, 300), true, 300]);
    expect(await after(100)).toEqual([texts(101, 300), true, 300]);
    expect(await after(50)).toEqual([texts(101, 300), false, 300]);
    expect(await after(300)).toEqual([[], true, 300]);
  });

  test("finds the lines between by their sequences", async () => {
    await log(1, 300);
    const { lines: all } = await readBack();
    const [from, to] = [all[49]?.sequence, all[100]?.sequence];
    const { lines, hasMore } = await program.runs.listLogs({
      runId,
      afterSequence: from,
      beforeSequence: to,
      pageSize: 200,
    });
    expect([lines.map(textOf), hasMore]).toEqual([texts(51, 100), false]);
    await expect(program.runs.listLogs({ runId, beforeSequence: -1n })).rejects.toThrow("The before_sequence is -1");
  });
});

test("of a large line the beginning is listed, and the whole returned on demand", async () => {
  const large = `${"é".repeat(100)}${"x".repeat(300_000)}`;
  const viewer = await program.watch();
  const live = await viewer.subscribe({ case: "logs", value: { runId } });
  for (let i = 0; i < 50; i++) {
    host.say(runId, logs(`${i} ${large}`)); // 15 MB in all: within the burst that a run may log
    if (i % 10 === 9) await host.acknowledged(runId); // one message holds as many
  }
  const { lines: listed, hasMore } = await program.runs.listLogs({ runId, pageSize: 200 });
  expect([listed.length, hasMore]).toEqual([50, false]);
  const told = await read(viewer, live, 50);
  for (const [i, line] of [...listed, ...told].entries()) {
    const text = String(textOf(line));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limits.logLineBytes);
    expect(text.startsWith(`${i % 50} é`)).toBe(true);
    expect(line.kind.case === "logged" && Number(line.kind.value.wholeBytes)).toBeGreaterThan(300_000);
  }
  const { line } = await program.runs.getLogLine({ runId, sequence: listed[7]?.sequence });
  expect(line && textOf(line)).toBe(`7 ${large}`);
  await expect(program.runs.getLogLine({ runId, sequence: 1n })).rejects.toThrow("no log line with the sequence 1");
});
