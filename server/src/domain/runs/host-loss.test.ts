// What becomes of runs whose host is silent, frozen or gone, whose program does not end, or that nobody looks at.
import { once } from "node:events";
import { connect } from "node:http2";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { AttachRequestSchema, FailureReason, RunStatus } from "@interval/proto";
import { afterEach, describe, expect, test } from "vitest";
import type { Timing } from "../../config.ts";
import type { Operator } from "../../testing/operator.ts";
import { actions, asks, began, logs, type ScriptedHost, success } from "../../testing/scripted-host.ts";
import { TestServer } from "../../testing/test-server.ts";

const oneHour = 3_600_000;

let server: TestServer;
let key: string;
let program: Operator;
afterEach(() => server.close());

async function start(timing: Partial<Timing>): Promise<void> {
  server = await TestServer.start({ timing: { heartbeatIntervalMs: 50, ...timing } });
  ({ key } = await server.key());
  program = server.program(key);
}

async function askedRun(host: ScriptedHost, by: Operator = program): Promise<string> {
  const runId = await by.start();
  await host.next("startRun", runId);
  host.say(runId, began);
  host.say(runId, asks("name"));
  await host.acknowledged(runId);
  return runId;
}

const untilStatus = (runId: string, wanted: RunStatus) =>
  expect.poll(async () => RunStatus[(await program.state(runId)).run?.status ?? 0]).toBe(RunStatus[wanted]);
const hostsOnline = async (path = "hello") => (await program.actions.getAction({ path })).entry?.hostsOnline;

describe("a host that is gone", () => {
  test("is given some time, of which operators are told, and then its runs fail", async () => {
    await start({ hostGraceMs: 4_000 });
    const host = await server.host(key);
    const runId = await askedRun(host);
    const viewer = await program.watch();
    const subscription = await viewer.subscribe({ case: "run", value: { runId } });
    await viewer.next(subscription, "runState");
    await host.drop();
    const kinds: Array<string | undefined> = [];
    while (kinds.at(-1) !== "finished") kinds.push((await viewer.next(subscription, "runEvent")).kind.case);
    expect(kinds).toEqual(["hostLost", "finished"]);
    const { finished, calls } = await program.state(runId);
    const value = { reason: FailureReason.HOST_GONE, message: expect.stringMatching(/within 4 seconds/) };
    expect(finished?.outcome).toMatchObject({ case: "failure", value });
    expect(calls).toHaveLength(1);
  });

  test("and comes back in time goes on, and operators are told", async () => {
    await start({ hostGraceMs: oneHour });
    const host = await server.host(key);
    const runId = await askedRun(host);
    await host.drop();
    await untilStatus(runId, RunStatus.HOST_LOST);
    const back = await server.host(key, { hello: { instanceId: host.instanceId, liveRuns: [{ runId }] } });
    await untilStatus(runId, RunStatus.AWAITING_INPUT);
    await program.answer(runId, "name");
    await back.next("answer", runId);
  });

  test("with many runs goes on with all of them, and is heard at once", async () => {
    await start({ hostGraceMs: oneHour });
    const host = await server.host(key);
    const runIds: string[] = [];
    while (runIds.length < 50) runIds.push(await askedRun(host));
    await host.drop();
    const liveRuns = runIds.map((runId) => ({ runId }));
    const back = await server.host(key, { hello: { instanceId: host.instanceId, liveRuns } });
    expect(back.welcome.runs.map(({ runId, resumed, lastSequence }) => [runId, resumed, lastSequence])).toEqual(
      runIds.map((runId) => [runId, true, 2n]),
    );
    for (const runId of runIds) {
      back.continue(runId, 2n);
      await program.answer(runId, "name");
      await back.next("answer", runId);
      back.say(runId, success);
      await back.acknowledged(runId);
    }
    expect(back.frames.all.filter(({ body }) => body.case === "close")).toEqual([]);
  });

  test("may say so: a goodbye is the same, at once", async () => {
    await start({});
    const host = await server.host(key);
    host.send({ body: { case: "goodbye", value: { reason: "deployed" } } });
    await host.frames.whenEnded();
    await expect.poll(() => hostsOnline()).toBe(0);
  });

  test("when it was lost before it heard of a run, starts it when it comes back", async () => {
    await start({ hostGraceMs: oneHour });
    const host = await server.host(key);
    const runId = await program.start();
    await host.next("startRun", runId); // lost on its way, as far as the process knows
    await host.drop();
    const back = await server.host(key, { hello: { instanceId: host.instanceId } });
    expect((await back.next("startRun", runId)).action).toBe("hello");
    back.say(runId, success);
    await back.acknowledged(runId);
    expect((await program.state(runId)).run?.status).toBe(RunStatus.SUCCEEDED);
  });

  test("has ten minutes while its process may still be alive, and one once its program was started again", async () => {
    await start({});
    const host = await server.host(key);
    const runId = await askedRun(host);
    const minutesLeft = async () => {
      const until = (await program.state(runId)).hostLost?.graceUntil;
      return until && Math.ceil((timestampMs(until) - Date.now()) / 60_000);
    };
    await host.drop();
    await untilStatus(runId, RunStatus.HOST_LOST);
    expect(await minutesLeft()).toBe(10);
    await server.host(key, { hello: { catalog: actions("other") } }); // another program
    const back = await server.host(key, { hello: { instanceId: host.instanceId, liveRuns: [{ runId }] } });
    await untilStatus(runId, RunStatus.AWAITING_INPUT);
    await back.drop();
    await untilStatus(runId, RunStatus.HOST_LOST);
    expect(await minutesLeft()).toBe(10);
    await server.host(key);
    await expect.poll(minutesLeft).toBe(1);
    expect((await program.state(runId)).hostLost?.reason).toMatch(/started again/);
  });

  test("ends its runs sooner when its program was started again", async () => {
    await start({ hostGraceMs: oneHour, hostGoneMs: 300 });
    const host = await server.host(key);
    const runId = await askedRun(host);
    await host.drop();
    await server.host(key);
    await untilStatus(runId, RunStatus.FAILED);
    const value = { message: expect.stringMatching(/program was started again/) };
    expect((await program.state(runId)).finished?.outcome).toMatchObject({ value });
  });

  test("has its whole time anew when the server restarts, whoever comes first", async () => {
    await start({ hostGraceMs: oneHour, hostGoneMs: 100 });
    const [host, another] = [await server.host(key), await server.host(key)];
    const runIds = [await program.start(), await program.start()]; // in turn
    const started = async (one: ScriptedHost) => (await one.nextFrame("startRun")).scope.value ?? "";
    const runId = await started(host);
    expect(runIds).toContain(runId);
    host.say(runId, began);
    host.say(runId, asks("name"));
    await host.acknowledged(runId);
    await host.drop();
    await untilStatus(runId, RunStatus.HOST_LOST);
    const before = (await program.state(runId)).hostLost?.graceUntil;
    await server.restart();
    program = server.program(key);
    await server.host(key, { hello: { instanceId: another.instanceId, attachTime: another.welcome.attachTime } });
    await expect.poll(async () => (await program.state(runId)).hostLost?.graceUntil).not.toEqual(before);
    expect((await program.state(runId)).run?.status).toBe(RunStatus.HOST_LOST);
    await server.host(key, { hello: { instanceId: host.instanceId, liveRuns: [{ runId }] } });
    await untilStatus(runId, RunStatus.AWAITING_INPUT);
  });

  test("leaves its runs to the grace also when the server restarts", async () => {
    await start({ hostGraceMs: 300 });
    const runId = await askedRun(await server.host(key));
    await server.restart();
    program = server.program(key);
    await untilStatus(runId, RunStatus.FAILED);
  });
});

describe("a host that says nothing", () => {
  test("is lost after the time-out", async () => {
    await start({ heartbeatTimeoutMs: 300 });
    const host = await server.host(key, { silent: true });
    expect(await host.frames.whenEnded()).toBeUndefined();
    await expect.poll(() => hostsOnline()).toBe(0);
  });

  test("is lost also when it reads nothing any more", async () => {
    await start({ heartbeatTimeoutMs: 3_000 });
    const frozen = await attachFrozen();
    await expect.poll(() => hostsOnline()).toBe(1);
    const text = "x".repeat(300_000);
    const params = { text: { kind: { case: "stringValue", value: text } } };
    await program.start("hello", { params }); // more than its window takes
    await expect.poll(() => hostsOnline()).toBe(0);
    await frozen.thaw();
  });

  test("and one that is busy with heartbeats alone is not", async () => {
    await start({ heartbeatTimeoutMs: 4_000 });
    const [alive, silent] = [await server.host(key), await server.host(key, { silent: true })];
    await silent.frames.whenEnded();
    expect(alive.frames.ended).toBe(false);
  });
});

describe("a cancel", () => {
  test("reaches the host, whose own end counts", async () => {
    await start({ cancelCleanUpMs: oneHour });
    const host = await server.host(key);
    const runId = await askedRun(host);
    await program.runs.cancelRun({ runId });
    await program.runs.cancelRun({ runId });
    await host.next("cancel", runId);
    host.say(runId, { case: "finish", value: { outcome: { case: "canceled", value: {} } } });
    await host.acknowledged(runId);
    expect((await program.state(runId)).run?.status).toBe(RunStatus.CANCELED);
    expect(host.toldOf(runId)).toEqual(["startRun", "cancel"]);
  });

  test("ends the run though the program never does, however much it says", async () => {
    await start({ cancelCleanUpMs: 200 });
    const host = await server.host(key);
    const runId = await askedRun(host);
    await program.runs.cancelRun({ runId });
    const babble = setInterval(() => host.say(runId, logs("still here")), 1);
    await untilStatus(runId, RunStatus.CANCELED);
    clearInterval(babble);
    expect((await host.next("close", runId)).reason).toMatch(/over/);
  });

  test("ends the run at once while its host is away", async () => {
    await start({ cancelCleanUpMs: oneHour, hostGraceMs: oneHour });
    const host = await server.host(key);
    const runId = await askedRun(host);
    await host.drop();
    await expect.poll(() => hostsOnline()).toBe(0);
    const { state } = await program.runs.cancelRun({ runId });
    expect(state?.run?.status).toBe(RunStatus.CANCELED);
  });

  test("that the host has not heard is told when it comes back", async () => {
    await start({ cancelCleanUpMs: oneHour });
    const host = await server.host(key);
    const runId = await askedRun(host);
    await program.runs.cancelRun({ runId });
    const { instanceId } = host;
    const back = await server.host(key, { hello: { instanceId, liveRuns: [{ runId, lastSequence: 3n }] } });
    await back.next("cancel", runId);
  });

  test("that came before the server restarted is told to a host that has not heard of the run", async () => {
    await start({ cancelCleanUpMs: 500 });
    const host = await server.host(key);
    const runId = await program.start();
    await program.runs.cancelRun({ runId });
    await server.restart();
    program = server.program(key);
    const back = await server.host(key, { hello: { instanceId: host.instanceId } });
    await back.next("cancel", runId);
    expect(back.toldOf(runId)).toEqual(["startRun", "cancel"]);
    await untilStatus(runId, RunStatus.CANCELED);
  });

  test("ends the run also when the server restarts meanwhile", async () => {
    await start({ cancelCleanUpMs: 2_000 });
    const host = await server.host(key);
    const runId = await askedRun(host);
    await program.runs.cancelRun({ runId });
    const { sequence } = await host.nextFrame("cancel", runId);
    await server.restart();
    program = server.program(key);
    const { instanceId } = host;
    await server.host(key, { hello: { instanceId, liveRuns: [{ runId, lastSequence: sequence }] } });
    await untilStatus(runId, RunStatus.CANCELED);
  });
});

test("a run that nobody looks at ends when a person started it, and goes on in the background, when it is durable, or when a program did", async () => {
  await start({ abandonedRunMs: 100, cancelCleanUpMs: 50 });
  const background = { path: "long", kind: { case: "action" as const, value: { backgroundable: true } } };
  const durable = { path: "kept", kind: { case: "action" as const, value: { durable: true } } };
  const short = { path: "hello", kind: { case: "action" as const, value: {} } };
  const host = await server.host(key, { hello: { catalog: { routes: [background, durable, short] } } });
  const ann = await server.person("ann", 1);
  const long = await ann.operator.start("long");
  const kept = await ann.operator.start("kept");
  const byProgram = await askedRun(host);
  await untilStatus(await askedRun(host, ann.operator), RunStatus.CANCELED);
  expect((await program.state(long)).run?.status).toBe(RunStatus.STARTING);
  expect((await program.state(kept)).run?.status).toBe(RunStatus.STARTING);
  expect((await program.state(byProgram)).run?.status).toBe(RunStatus.AWAITING_INPUT);
});

test("a host of another environment with the same instance id touches nothing of the first", async () => {
  await start({ hostGraceMs: oneHour, cancelCleanUpMs: oneHour });
  const host = await server.host(key);
  const runId = await askedRun(host);
  const elsewhere = await server.key("staging");
  const hello = { instanceId: host.instanceId, liveRuns: [{ runId }] };
  const thief = await server.host(elsewhere.key, { hello });
  expect(thief.welcome.runs).toMatchObject([{ resumed: false }]);
  thief.say(runId, success);
  await thief.next("close", runId);
  await program.answer(runId, "name");
  await host.next("answer", runId);
  await thief.drop();
  await server.host(elsewhere.key, { hello: { instanceId: host.instanceId } });
  expect(host.frames.ended).toBe(false);
  host.say(runId, success);
  await host.acknowledged(runId);
  expect((await program.state(runId)).run?.status).toBe(RunStatus.SUCCEEDED);
  expect(thief.toldOf(runId)).toEqual(["close"]);
});

/** A host whose process is stopped right after its hello: its connection lives, and takes no more than a window of bytes. */
async function attachFrozen() {
  const session = connect(server.url);
  session.on("error", () => undefined);
  const stream = session.request({
    ":method": "POST",
    ":path": "/interval.host.v1.HostService/Attach",
    "content-type": "application/connect+proto",
    authorization: `Bearer ${key}`,
  });
  stream.on("error", () => undefined);
  const hello = { instanceId: "frozen", protocolMin: 1, protocolMax: 1, catalog: actions("hello") };
  const request: MessageInitShape<typeof AttachRequestSchema> = { frames: [{ body: { case: "hello", value: hello } }] };
  const message = toBinary(AttachRequestSchema, create(AttachRequestSchema, request));
  const envelope = Buffer.alloc(5);
  envelope.writeUInt32BE(message.length, 1);
  stream.write(Buffer.concat([envelope, message]));
  return {
    async thaw() {
      stream.resume().end();
      if (!stream.closed) await once(stream, "close");
      session.destroy();
    },
  };
}
