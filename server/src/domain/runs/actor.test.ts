import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { FailureReason, type Happening, limits, RunEventSchema, RunSchema, RunStatus } from "@interval/proto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../../ids.ts";
import type { Append, JournalStore, RunRecord } from "../../store/store.ts";
import { type DomainStore, openDomainStore } from "../../testing/domain-store.ts";
import { type Committed, RunActor, type RunCommand } from "./actor.ts";

let opened: DomainStore;
let record: RunRecord;
let actor: RunActor;
let committed: Committed[];
/** Appends that were sent to the store; one at a time can be held back or fail. */
let appends: Append[];
let fault: (() => Promise<void>) | undefined;
/** Fails the next append after it was stored. */
let lateFault: Error | undefined;

beforeEach(async () => {
  opened = await openDomainStore();
  const { scope } = opened;
  const run = create(RunSchema, { id: newId("run"), status: RunStatus.RUNNING, startTime: timestampFromMs(1) });
  const value = { run, hostInstanceId: "one" };
  const started = create(RunEventSchema, { sequence: 1n, kind: { case: "started", value } });
  record = { run, scope, startedByUserId: null, sequence: 1, hostInstanceId: "one" };
  await opened.store.journal.createRun(record, [started], "request", "key_1");
  committed = [];
  appends = [];
  fault = undefined;
  lateFault = undefined;
  actor = await load();
});
afterEach(() => opened.close());

/** The store's journal, with a way to let an append wait or fail. */
function journal(): JournalStore {
  return {
    ...opened.store.journal,
    async append(batch) {
      appends.push(...batch);
      const now = fault;
      fault = undefined;
      await now?.();
      const appended = await opened.store.journal.append(batch);
      const late = lateFault;
      lateFault = undefined;
      if (late) throw late;
      return appended;
    },
  };
}

const load = () => RunActor.load(journal(), record, (_actor, news) => committed.push(news));

const log = (line: string): Happening => ({
  case: "logged",
  value: {
    $typeName: "interval.run.v1.LineLogged",
    level: 0,
    values: [{ $typeName: "interval.io.v1.Value", kind: { case: "stringValue", value: line } }],
  },
});
/** Logs a line. */
const says = (line: string, more: Partial<RunCommand> = {}): RunCommand => ({ decide: () => [log(line)], ...more });
const fromHost = (sequence: number, line = String(sequence)) => says(line, { host: { epoch: 1, sequence } });
const refuses: RunCommand = {
  decide: () => {
    throw new Error("no");
  },
};

/** The lines in the journal. */
async function lines(): Promise<string[]> {
  const events = await opened.store.journal.readEvents(record.run.id, 0, { kinds: "logs" });
  return events.map(({ kind }) => (kind.case === "logged" ? String(kind.value.values[0]?.kind.value) : ""));
}

/** Somebody else appends to the run. */
async function appendElsewhere(line: string, after = 1, more: Partial<Append> = {}): Promise<void> {
  const event = create(RunEventSchema, { sequence: BigInt(after + 1), kind: log(line) });
  const append = { runId: record.run.id, after, events: [event], run: record.run, hostInstanceId: "one", ...more };
  expect(await opened.store.journal.append([append])).toEqual([{ outcome: "appended" }]);
}

describe("order", () => {
  test("commands happen in the order in which they come, those that come together in few commits", async () => {
    const wanted = Array.from({ length: 50 }, (_, i) => String(i));
    const states = await Promise.all(wanted.map((line) => actor.submit(says(line))));
    expect(await lines()).toEqual(wanted);
    expect(appends.length).toBe(2);
    expect(states.at(-1)?.sequence).toBe(51n);
    expect(committed.flatMap(({ events }) => events).map(({ sequence }) => Number(sequence))).toEqual(
      Array.from({ length: 50 }, (_, i) => i + 2),
    );
  });

  test("each decides on what those before it have done", async () => {
    const seen: bigint[] = [];
    const look: RunCommand = {
      decide: (state) => {
        seen.push(state.sequence);
        return [log("x")];
      },
    };
    await Promise.all([look, look, look].map((command) => actor.submit(command)));
    expect(seen).toEqual([1n, 2n, 3n]);
  });

  test("a refused command leaves its neighbours alone", async () => {
    const results = await Promise.allSettled([says("a"), refuses, says("b")].map((each) => actor.submit(each)));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await lines()).toEqual(["a", "b"]);
  });
});

describe("durability", () => {
  test("nothing is told and nobody is answered before it is stored", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    fault = () => promise;
    let answered = false;
    const done = actor.submit(says("a")).then(() => (answered = true));
    await expect.poll(() => appends.length).toBe(1);
    await new Promise(setImmediate);
    expect({ answered, told: committed.length, sequence: actor.state.sequence }).toEqual({
      answered: false,
      told: 0,
      sequence: 1n,
    });
    resolve();
    await done;
    expect(committed).toHaveLength(1);
  });

  test("what could not be stored did not happen, and the next goes on", async () => {
    fault = () => Promise.reject(new Error("the disk is full"));
    await expect(actor.submit(says("a"))).rejects.toThrow("the disk is full");
    expect(actor.state.sequence).toBe(1n);
    await actor.submit(says("b"));
    expect(await lines()).toEqual(["b"]);
  });

  test("a host's frame never overtakes one that could not be stored", async () => {
    const { promise, reject } = Promise.withResolvers<void>();
    fault = () => promise;
    const first = actor.submit(fromHost(1));
    await expect.poll(() => appends.length).toBe(1);
    const done = Promise.allSettled([first, actor.submit(fromHost(2)), actor.submit(says("a"))]);
    reject(new Error("the disk is full"));
    const results = await done;
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
    await Promise.all([1, 2].map((sequence) => actor.submit(fromHost(sequence)))); // as the host sends them again
    expect(await lines()).toEqual(["a", "1", "2"]);
  });

  test("what is only broadcast is told and not stored", async () => {
    const loading: RunCommand = {
      decide: () => [{ case: "loading", value: { $typeName: "interval.run.v1.LoadingChanged", loading: undefined } }],
    };
    const on = create(RunEventSchema, { kind: { case: "loading", value: { loading: { label: "Reading" } } } });
    await actor.submit({ decide: () => [on.kind as Happening] });
    await actor.submit({ decide: () => [on.kind as Happening] });
    expect(committed.flatMap(({ events }) => events).map(({ sequence }) => sequence)).toEqual([2n, 0n]);
    await actor.submit(loading);
    expect((await opened.store.journal.readEvents(record.run.id, 0)).map(({ sequence }) => sequence)).toEqual([
      1n,
      2n,
      3n,
    ]);
  });

  test("a run comes back from its journal as it was, also beyond a snapshot", async () => {
    const many = Array.from({ length: limits.snapshotEvents + 5 }, (_, i) => actor.submit(says(String(i))));
    await Promise.all(many);
    const asked = create(RunEventSchema, {
      kind: { case: "called", value: { call: { key: "name", awaitsAnswer: true } } },
    });
    await actor.submit({ decide: () => [asked.kind as Happening] });
    await expect.poll(() => opened.store.journal.readSnapshot(record.run.id)).toBeDefined();
    record = (await opened.store.journal.readRun(record.run.id)) ?? record;
    expect((await load()).state).toEqual(actor.state);
  });
});

describe("a host's frames", () => {
  test("that come again are dropped, and count as done", async () => {
    await Promise.all([1, 2, 1, 2, 3].map((sequence) => actor.submit(fromHost(sequence))));
    await actor.submit(fromHost(3, "again"));
    expect(await lines()).toEqual(["1", "2", "3"]);
    expect(await actor.hostSequence(1)).toBe(3);
    actor = await load();
    await actor.submit(fromHost(2, "again"));
    expect(await lines()).toEqual(["1", "2", "3"]);
  });

  test("of another process are counted by themselves", async () => {
    await actor.submit(fromHost(1));
    await actor.submit(says("other", { host: { epoch: 2, sequence: 1 } }));
    expect(await lines()).toEqual(["1", "other"]);
  });

  test("that do not follow the one before are refused, also in one commit", async () => {
    const [first, third, second] = [fromHost(1), fromHost(3), fromHost(2)].map((command) => actor.submit(command));
    await expect(third).rejects.toThrow("The host's frame 3 came after its frame 1: frames are missing.");
    await Promise.all([first, second]);
    expect(await lines()).toEqual(["1", "2"]);
  });

  test("keep their order when a request among them was done before", async () => {
    await actor.submit(says("r", { requestId: "r" }));
    actor = await load();
    const commands = [fromHost(1), says("again", { requestId: "r" }), fromHost(2), fromHost(3)];
    await Promise.all(commands.map((command) => actor.submit(command)));
    expect(await lines()).toEqual(["r", "1", "2", "3"]);
  });

  test("go on when one can never be taken: its run fails and says why, and it is not sent again", async () => {
    const never: RunCommand = { ...refuses, host: { epoch: 1, sequence: 2 } };
    const results = await Promise.allSettled([fromHost(1), never, fromHost(3)].map((each) => actor.submit(each)));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(results[1]).toMatchObject({ reason: { name: "FrameRefusedError" } });
    const message = "The host sent something that this server cannot take: no";
    const value = { reason: FailureReason.PROTOCOL, message };
    expect(actor.state.finished?.outcome).toMatchObject({ case: "failure", value });
    expect(await opened.store.journal.readHostSequence(record.run.id, 1)).toBe(3);
    expect(committed.flatMap(({ commands }) => commands)).toContain(never); // which acknowledges it
  });

  test("decide all or nothing: what one had decided before it failed is not stored", async () => {
    const half: RunCommand = {
      host: { epoch: 1, sequence: 1 },
      decide: () => [log("half"), { case: "driverChanged", value: undefined as never }],
    };
    await expect(actor.submit(half)).rejects.toThrow("cannot take");
    expect(await lines()).toEqual([]);
    expect(actor.state.run?.status).toBe(RunStatus.FAILED);
  });

  test("wait for one before them that failed for a passing reason, and come again in order", async () => {
    const passing = { ...fromHost(2), before: Promise.reject(new Error("the store is away")) };
    const batch = [fromHost(1), passing, fromHost(3), says("operator"), fromHost(4)];
    const results = await Promise.allSettled(batch.map((each) => actor.submit(each)));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled", "rejected"]);
    await expect(actor.submit(fromHost(5))).rejects.toThrow("frame 5 waits for its frame 2");
    expect(await actor.hostSequence(1)).toBe(1);
    await Promise.all([2, 3, 4, 5].map((sequence) => actor.submit(fromHost(sequence))));
    expect(await lines()).toEqual(["1", "operator", "2", "3", "4", "5"]);
  });

  test("go on from what is stored when the store has them in spite of its error", async () => {
    lateFault = new Error("the answer was lost");
    const results = await Promise.allSettled([1, 2].map((sequence) => actor.submit(fromHost(sequence))));
    expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
    await actor.submit(fromHost(3));
    expect(await lines()).toEqual(["1", "2", "3"]);
  });

  test("go on after those that left nothing in the journal, also once the run was read again", async () => {
    const silent = (sequence: number): RunCommand => ({ decide: () => [], host: { epoch: 1, sequence } });
    await Promise.all([fromHost(1), silent(2), silent(3)].map((each) => actor.submit(each)));
    actor = await load();
    await actor.submit(fromHost(4));
    await expect(actor.submit(fromHost(6))).rejects.toThrow("frames are missing");
    expect(await lines()).toEqual(["1", "4"]);
  });

  test("of two epochs that come together are both remembered", async () => {
    const other = (sequence: number) => says(`other ${sequence}`, { host: { epoch: 2, sequence } });
    await Promise.all([fromHost(1), other(1), fromHost(2)].map((each) => actor.submit(each)));
    actor = await load();
    expect([await actor.hostSequence(1), await actor.hostSequence(2)]).toEqual([2, 1]);
    expect(await lines()).toEqual(["1", "other 1", "2"]);
  });
});

describe("a request", () => {
  const request = (line: string) => says(line, { requestId: "r" });

  test("is done once, however often it is asked, one after the other", async () => {
    await actor.submit(request("a"));
    await actor.submit(request("a"));
    expect(await lines()).toEqual(["a"]);
  });

  test("is done once when it is asked twice at the same moment", async () => {
    await Promise.all([says("b"), request("a"), request("a")].map((command) => actor.submit(command)));
    expect(await lines()).toEqual(["b", "a"]);
  });

  test("that was done is no error, though it would be refused now", async () => {
    await actor.submit(request("a"));
    expect(await actor.submit({ ...refuses, requestId: "r" })).toBe(actor.state);
    await expect(actor.submit({ ...refuses, requestId: "other" })).rejects.toThrow("no");
  });

  test("that is refused at the moment at which its twin is done is no error", async () => {
    let decided = 0;
    const once: RunCommand = {
      requestId: "r",
      decide: () => {
        if (decided++ > 0) throw new Error("it is closed");
        return [log("a")];
      },
    };
    const results = await Promise.allSettled([says("b"), once, once].map((command) => actor.submit(command)));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
    expect(await lines()).toEqual(["b", "a"]);
  });

  test("that was refused may be asked again", async () => {
    await expect(actor.submit({ ...refuses, requestId: "r" })).rejects.toThrow("no");
    await actor.submit(request("a"));
    expect(await lines()).toEqual(["a"]);
  });
});

describe("a conflict", () => {
  test("has the commands decided anew, on what the other has done", async () => {
    await appendElsewhere("elsewhere");
    const seen: bigint[] = [];
    const look: RunCommand = {
      decide: (state) => {
        seen.push(state.sequence);
        return [log("here")];
      },
    };
    const states = await Promise.all([look, says("too")].map((command) => actor.submit(command)));
    expect(seen).toEqual([1n, 2n]);
    expect(await lines()).toEqual(["elsewhere", "here", "too"]);
    expect(states.map(({ sequence }) => sequence)).toEqual([4n, 4n]);
    expect(committed.flatMap(({ events }) => events).map(({ sequence }) => sequence)).toEqual([3n, 4n]);
  });

  test("drops a host's frame that the other has stored", async () => {
    expect(await actor.hostSequence(1)).toBe(0);
    await appendElsewhere("1", 1, { host: { epoch: 1, sequence: 1 } });
    await Promise.all([1, 2].map((sequence) => actor.submit(fromHost(sequence))));
    expect(await lines()).toEqual(["1", "2"]);
  });

  test("does not repeat a request that the other has done", async () => {
    await appendElsewhere("a", 1, { requestIds: ["r"] });
    const state = await actor.submit(says("a", { requestId: "r" }));
    expect(await lines()).toEqual(["a"]);
    expect(state.sequence).toBe(2n);
  });
});
