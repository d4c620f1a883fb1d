// What becomes of durable runs whose host is gone: another one executes them, with what they have recorded.
import { create } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import {
  CallStatus,
  FailureReason,
  fromParams,
  LineLoggedSchema,
  lineMark,
  Role,
  RunStatus,
  toParams,
} from "@interval/proto";
import { afterEach, describe, expect, test } from "vitest";
import type { Timing } from "../../config.ts";
import type { Operator } from "../../testing/operator.ts";
import {
  actions,
  asks,
  began,
  durableActions,
  type HostBody,
  logs,
  type ScriptedHost,
  success,
} from "../../testing/scripted-host.ts";
import { TestServer } from "../../testing/test-server.ts";

const oneHour = 3_600_000;
const catalog = durableActions("hello");

let server: TestServer;
let key: string;
let program: Operator;
afterEach(() => server.close());

async function start(timing: Partial<Timing> = {}): Promise<void> {
  server = await TestServer.start({ timing: { heartbeatIntervalMs: 50, takeOverMs: 100, ...timing } });
  ({ key } = await server.key());
  program = server.program(key);
}

const attach = () => server.host(key, { hello: { catalog } });

/** A run that has logged two lines, had one answer taken, and waits for the second. */
async function halfDone(host: ScriptedHost): Promise<string> {
  const runId = await program.start();
  await host.next("startRun", runId);
  for (const body of [began, logs("one"), logs("two"), asks("name")]) host.say(runId, body);
  await host.acknowledged(runId);
  await program.answer(runId, "name");
  await host.next("answer", runId);
  const accepted: HostBody = { case: "accepted", value: { callKey: "name" } };
  const step: HostBody = { case: "step", value: { key: "pay", name: "pay", outcome: { case: "result", value: {} } } };
  for (const body of [accepted, step, asks("more")]) host.say(runId, body);
  await host.acknowledged(runId);
  return runId;
}

async function takenOver(host: ScriptedHost, runId: string) {
  const recorded = await host.next("recorded", runId);
  const { lines } = await host.next("recorded", runId);
  const started = await host.next("startRun", runId);
  host.enter(runId, started.epoch);
  return { recorded: recorded.events.map(({ kind }) => kind.case), lines, started };
}

describe("a durable run whose host is gone", () => {
  test("goes to a host that comes, with what it has recorded", async () => {
    await start();
    const host = await attach();
    const runId = await halfDone(host);
    await host.drop();
    const next = await attach();
    const { recorded, started, lines } = await takenOver(next, runId);
    expect(recorded).toEqual(["began", "called", "submitted", "accepted", "stepped", "called"]);
    expect(started).toMatchObject({ action: "hello", epoch: 2 });
    expect(lines).toEqual(["one", "two"].map((line) => lineMark(create(LineLoggedSchema, logs(line).value as object))));
    const state = await program.state(runId);
    expect(state).toMatchObject({ epoch: 2, hostInstanceId: next.instanceId });
    expect(state.run?.status).toBe(RunStatus.AWAITING_INPUT);
    next.say(runId, began);
    await program.answer(runId, "more");
    await next.next("answer", runId);
    next.say(runId, { case: "accepted", value: { callKey: "more" } });
    next.say(runId, success);
    await next.acknowledged(runId);
    expect((await program.state(runId)).run?.status).toBe(RunStatus.SUCCEEDED);
  });

  test("goes to one that is there, and waits for its own one as long as another takes to be sure", async () => {
    await start({ takeOverMs: 400 });
    const [host, other] = [await attach(), await attach()];
    const runId = await halfDone(host);
    await host.drop();
    const live = { runId, lastSequence: 20n };
    const back = await server.host(key, { hello: { catalog, instanceId: host.instanceId, liveRuns: [live] } });
    expect(back.welcome.runs).toMatchObject([{ runId, resumed: true }]);
    await back.drop();
    expect((await takenOver(other, runId)).started.epoch).toBe(2);
  });

  test("keeps what was answered while nobody was there", async () => {
    await start();
    const host = await attach();
    const runId = await halfDone(host);
    await host.drop();
    await program.answer(runId, "more");
    const next = await attach();
    const { recorded } = await takenOver(next, runId);
    expect(recorded.at(-1)).toBe("submitted");
    expect((await program.state(runId)).calls[1]?.status).toBe(CallStatus.SUBMITTED);
  });

  test("hears nothing more of the host that had it, which is told to drop it", async () => {
    await start();
    const host = await attach();
    const runId = await halfDone(host);
    await host.drop();
    const next = await attach();
    await takenOver(next, runId);
    const live = { runId, lastSequence: 20n, epoch: 1 };
    const late = await server.host(key, { hello: { catalog, instanceId: host.instanceId, liveRuns: [live] } });
    expect(late.welcome.runs).toMatchObject([{ runId, resumed: false }]);
    late.continue(runId, 7n);
    late.say(runId, success);
    await late.next("close", runId);
    expect((await program.state(runId)).finished).toBeUndefined();
  });

  test("comes back to a process that had it before, whose old frames count nothing", async () => {
    await start();
    const host = await attach();
    const runId = await halfDone(host);
    await host.drop();
    const other = await attach();
    await takenOver(other, runId);
    const back = await server.host(key, { hello: { catalog, instanceId: host.instanceId } });
    await other.drop();
    const { started } = await takenOver(back, runId);
    expect(started.epoch).toBe(3);
    back.enter(runId, 1);
    back.continue(runId, 7n);
    back.say(runId, success); // of the first epoch, which was on its way
    back.enter(runId, 3);
    back.say(runId, began);
    back.say(runId, logs("three"));
    await back.acknowledged(runId);
    expect((await program.state(runId)).finished).toBeUndefined();
    expect(await program.lines(runId)).toEqual([["one"], ["two"], ["three"]]);
  });

  test("goes on at once when its host says goodbye, or no longer knows it", async () => {
    await start({ takeOverMs: oneHour });
    const [host, other] = [await attach(), await attach()];
    const runId = await halfDone(host);
    host.send({ body: { case: "goodbye", value: { reason: "deployed" } } });
    await takenOver(other, runId);
    await other.drop();
    const again = await server.host(key, { hello: { catalog, instanceId: other.instanceId } });
    expect((await takenOver(again, runId)).started.epoch).toBe(3);
  });

  test("waits for a host as long as it takes, also over a restart of the server", async () => {
    await start({ hostGraceMs: 50 });
    const host = await attach();
    const runId = await halfDone(host);
    await host.drop();
    await expect.poll(async () => (await program.state(runId)).run?.status).toBe(RunStatus.HOST_LOST);
    expect((await program.state(runId)).hostLost?.graceUntil).toBeUndefined();
    const other = await server.host(key, { hello: { catalog: actions("plain") } });
    const plain = await program.start("plain");
    await other.next("startRun", plain);
    await server.restart();
    program = server.program(key);
    // By then the grace is over for all that were open.
    await expect.poll(async () => (await program.state(plain)).run?.status).toBe(RunStatus.FAILED);
    expect((await program.state(runId)).run?.status).toBe(RunStatus.HOST_LOST);
    const next = await attach();
    expect((await takenOver(next, runId)).started.epoch).toBe(2);
  });

  test("ends when it was canceled before the server restarted, whatever its next host does", async () => {
    await start({ cancelCleanUpMs: 500 });
    const host = await attach();
    const runId = await halfDone(host);
    await program.runs.cancelRun({ runId });
    await host.next("cancel", runId);
    await server.restart();
    program = server.program(key);
    const next = await server.host(key, { hello: { catalog, instanceId: host.instanceId } });
    expect((await takenOver(next, runId)).recorded.at(-1)).toBe("cancelRequested");
    await expect.poll(async () => (await program.state(runId)).run?.status).toBe(RunStatus.CANCELED);
  });

  test("can be canceled while nobody executes it", async () => {
    await start();
    const host = await attach();
    const [runId, another] = [await halfDone(host), await halfDone(host)];
    await host.drop();
    await program.runs.cancelRun({ runId });
    expect((await program.state(runId)).run?.status).toBe(RunStatus.CANCELED);
    const next = await attach();
    await takenOver(next, another); // which waited beside it
    expect(next.toldOf(runId)).toEqual([]);
  });
});

describe("a durable run whose action is gone", () => {
  const pageInstead: ReturnType<typeof actions> = {
    digest: "page",
    routes: [{ path: "hello", kind: { case: "page", value: {} } }],
  };
  const missing = { reason: 'No connected host has the action "hello".', actionMissing: true };

  test.each([
    ["another action", actions("other")],
    ["nothing", { digest: "", routes: [] }],
    ["a page under its path", pageInstead],
  ])("says so once a host comes that has %s, and goes on when one comes that has it", async (_, without) => {
    await start();
    const host = await attach();
    const runId = await halfDone(host);
    await host.drop();
    await expect.poll(async () => (await program.state(runId)).run?.status).toBe(RunStatus.HOST_LOST);
    expect((await program.state(runId)).hostLost).toMatchObject({ reason: "The host is away.", actionMissing: false });
    const other = await server.host(key, { hello: { catalog: without } });
    await expect.poll(async () => (await program.state(runId)).hostLost).toMatchObject(missing);
    const next = await attach();
    expect((await takenOver(next, runId)).started.epoch).toBe(2);
    const { hostLost, run } = await program.state(runId);
    expect([hostLost, run?.status]).toEqual([undefined, RunStatus.AWAITING_INPUT]);
    expect(other.toldOf(runId)).toEqual([]);
  });

  test("says so where such a host was there all along, says it once, and can be canceled", async () => {
    await start();
    const catalogOfOther = { hello: { catalog: actions("other") } };
    const [host] = [await attach(), await server.host(key, catalogOfOther)];
    const runId = await halfDone(host);
    await host.drop();
    await expect.poll(async () => (await program.state(runId)).hostLost).toMatchObject(missing);
    for (let i = 0; i < 3; i++) await server.host(key, catalogOfOther);
    await program.runs.cancelRun({ runId });
    expect((await program.state(runId)).run?.status).toBe(RunStatus.CANCELED);
    const { events } = await program.runs.listEvents({ runId });
    expect(events.filter(({ kind }) => kind.case === "hostLost" && kind.value.actionMissing)).toHaveLength(1);
  });

  test("says so after a restart of the server", async () => {
    await start();
    const host = await attach();
    const runId = await halfDone(host);
    await host.drop();
    await server.restart();
    program = server.program(key);
    await server.host(key, { hello: { catalog: actions("other") } });
    await expect.poll(async () => (await program.state(runId)).hostLost, { timeout: 20_000 }).toMatchObject(missing);
  }, 30_000);
});

describe("a run that has diverged", () => {
  const diverged: HostBody = {
    case: "finish",
    value: { outcome: { case: "failure", value: { type: "DivergenceError", reason: FailureReason.DIVERGED } } },
  };

  async function finished(body: HostBody): Promise<string> {
    await start();
    const host = await attach();
    const runId = await program.start("hello", { params: toParams({ customer: 7 }) });
    await host.next("startRun", runId);
    for (const each of [began, body]) host.say(runId, each);
    await host.acknowledged(runId);
    return runId;
  }

  test("is started again with its parameters, and the new run names it", async () => {
    const againFrom = await finished(diverged);
    const runId = await program.start("hello", { againFrom });
    const { run } = await program.state(runId);
    expect(run?.againFrom).toBe(againFrom);
    expect(fromParams(run?.params ?? {})).toEqual({ customer: 7 });
  });

  test.each([
    ["what has not diverged", success, {}, Code.FailedPrecondition, /has not diverged/],
    ["another action", diverged, { action: "other" }, Code.InvalidArgument, /is of the action "hello", not of "other"/],
    ["other parameters", diverged, { params: toParams({ customer: 8 }) }, Code.InvalidArgument, /leave params empty/],
    ["a run that there is not", diverged, { againFrom: "run_0" }, Code.NotFound, /There is no run run_0/],
  ])("%s is not started again", async (_, body, more, code, message) => {
    const againFrom = await finished(body);
    await server.host(key, { hello: { catalog: durableActions("hello", "other") } });
    const { action = "hello", ...rest } = more as { action?: string };
    const starting = program.start(action, { againFrom, ...rest });
    await expect(starting).rejects.toMatchObject({ code, rawMessage: expect.stringMatching(message) });
  });

  test("of somebody else is not started again by who may not see it", async () => {
    const againFrom = await finished(diverged);
    const { operator } = await server.person("ann", Role.MEMBER);
    await expect(operator.start("hello", { againFrom })).rejects.toMatchObject({ code: Code.NotFound });
  });
});

test("a run that is not durable ends when its host says goodbye", async () => {
  await start();
  const host = await server.host(key);
  const runId = await program.start();
  await host.next("startRun", runId);
  host.send({ body: { case: "goodbye", value: { reason: "closed" } } });
  await expect.poll(async () => (await program.state(runId)).run?.status).toBe(RunStatus.FAILED);
});
