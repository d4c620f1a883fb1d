// A run and its host, over the wire: what the server promises to a host that comes, speaks, falls silent and comes back.
import { Code, type ConnectError } from "@connectrpc/connect";
import { CallStatus, FailureReason, RunStatus } from "@interval/proto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Operator } from "../../testing/operator.ts";
import { asks, began, logs, type ScriptedHost, success } from "../../testing/scripted-host.ts";
import { TestServer } from "../../testing/test-server.ts";

let server: TestServer;
let key: string;
let program: Operator;
let host: ScriptedHost;
beforeEach(async () => {
  server = await TestServer.start({ timing: { heartbeatIntervalMs: 100 } });
  ({ key } = await server.key());
  program = server.program(key);
  host = await server.host(key);
});
afterEach(() => server.close());

const status = async (runId: string) => (await program.state(runId)).run?.status;
const untilStatus = (runId: string, wanted: RunStatus) => expect.poll(() => status(runId)).toBe(wanted);

/** Starts a run that asks for a name. */
async function askedRun(of: ScriptedHost = host): Promise<string> {
  const runId = await program.start();
  await of.next("startRun", runId);
  of.say(runId, began);
  of.say(runId, asks("name"));
  await of.acknowledged(runId);
  return runId;
}

/** The host's process attaches again, as its connection was lost. */
async function again(runId: string, { lastSequence = 0n, said = 2n } = {}): Promise<ScriptedHost> {
  const { instanceId } = host;
  const back = await server.host(key, { hello: { instanceId, liveRuns: [{ runId, lastSequence }] } });
  back.continue(runId, said);
  return back;
}

describe("a run", () => {
  test("goes from start to result", async () => {
    const runId = await program.start("hello", { params: { n: { kind: { case: "doubleValue", value: 2 } } } });
    const { sequence, body } = await host.nextFrame("startRun", runId);
    expect(sequence).toBe(1n);
    expect(body.value).toMatchObject({
      action: "hello",
      params: { n: { kind: { value: 2 } } },
      context: { organization: { slug: "main" }, environment: { slug: "production" }, trigger: "api" },
    });
    host.say(runId, began);
    host.say(runId, asks("name"));
    await untilStatus(runId, RunStatus.AWAITING_INPUT);
    await program.answer(runId, "name");
    expect(await host.next("answer", runId)).toMatchObject({ callKey: "name", revision: 0 });
    host.say(runId, { case: "accepted", value: { callKey: "name" } });
    host.say(runId, success);
    await host.acknowledged(runId);
    expect(await status(runId)).toBe(RunStatus.SUCCEEDED);
    expect(host.toldOf(runId)).toEqual(["startRun", "answer"]); // its own end needs no telling
  });

  test("what was answered is not asked again, whoever looks and whoever comes back", async () => {
    const runId = await askedRun();
    await program.answer(runId, "name");
    const answered = (await program.state(runId)).calls[0];
    expect(answered?.status).toBe(CallStatus.SUBMITTED);
    const refused = await program.answer(runId, "name", "Eve").catch((error: ConnectError) => error.code);
    expect(refused).toBe(Code.Aborted);
    const viewer = await program.watch();
    const subscription = await viewer.subscribe({ case: "run", value: { runId } });
    expect((await viewer.next(subscription, "runState")).calls[0]?.status).toBe(CallStatus.SUBMITTED);
    await host.drop();
    const back = await again(runId);
    back.say(runId, { case: "accepted", value: { callKey: "name" } });
    await back.acknowledged(runId);
    expect((await program.state(runId)).calls).toMatchObject([{ status: CallStatus.ACCEPTED }]);
  });

  test("a request that comes again starts no second run, and answers no second call", async () => {
    const requestId = "a-request";
    const [first, second] = await Promise.all([
      program.start("hello", { requestId }),
      program.start("hello", { requestId }),
    ]);
    expect(second).toBe(first);
    await host.next("startRun", first);
    host.say(first, asks("name"));
    await host.acknowledged(first);
    await Promise.all([1, 2, 3].map(() => program.answer(first, "name", "Ada", { requestId: "an-answer" })));
    host.say(first, { case: "accepted", value: { callKey: "name" } });
    await host.acknowledged(first);
    await program.answer(first, "name", "Ada", { requestId: "an-answer" });
    expect(host.toldOf(first)).toEqual(["startRun", "answer"]);
  });

  test("a request to start that comes again finds its run also when no host is there, or known", async () => {
    const requestId = "a-request";
    const runId = await program.start("hello", { requestId });
    await host.drop();
    expect(await program.start("hello", { requestId })).toBe(runId);
    await server.restart();
    program = server.program(key);
    expect(await program.start("hello", { requestId })).toBe(runId);
    await expect(program.start("hello", { requestId: "another" })).rejects.toMatchObject({ code: Code.NotFound });
  });

  test("a refused answer goes back to the operator at a higher revision", async () => {
    const runId = await askedRun();
    await program.answer(runId, "name", "Eve");
    expect((await host.next("answer", runId)).revision).toBe(0);
    host.say(runId, { case: "refused", value: { callKey: "name", revision: 0, errors: [{ componentKey: "name" }] } });
    await host.acknowledged(runId);
    expect((await program.state(runId)).calls[0]).toMatchObject({ status: CallStatus.OPEN, revision: 1 });
    await expect(program.answer(runId, "name", "Ada")).rejects.toMatchObject({ code: Code.Aborted });
    await program.answer(runId, "name", "Ada", { revision: 1 });
    expect((await host.next("answer", runId)).revision).toBe(1);
  });
});

describe("a host's frames", () => {
  test("that come twice happen once, and are acknowledged each time", async () => {
    const runId = await askedRun();
    host.say(runId, logs("once"), 3n);
    host.say(runId, logs("again"), 3n);
    host.say(runId, success, 4n);
    host.say(runId, success, 4n);
    host.say(runId, logs("after the end"), 5n);
    await host.acknowledged(runId, 5n);
    const { lines } = await program.runs.listLogs({ runId });
    expect(lines).toHaveLength(1);
    expect(await status(runId)).toBe(RunStatus.SUCCEEDED);
  });

  test("that are newer than the server are acknowledged and skipped", async () => {
    const runId = await askedRun();
    host.say(runId, { case: undefined });
    await host.acknowledged(runId);
    expect(await status(runId)).toBe(RunStatus.AWAITING_INPUT);
  });

  test("of a run that is not its own are told to close", async () => {
    const runId = await askedRun();
    const thief = await server.host(key);
    for (const id of [runId, "run_none"]) {
      thief.say(id, success, 9n);
      expect((await thief.next("close", id)).reason).toMatch(/not this host's/);
    }
    expect(await status(runId)).toBe(RunStatus.AWAITING_INPUT);
  });

  test("keep their order: nothing overtakes a form, and a thousand lines come as they were said", async () => {
    const runId = await program.start();
    await host.next("startRun", runId);
    for (let i = 0; i < 1000; i++) host.say(runId, logs(String(i)));
    host.say(runId, { case: "loading", value: { loading: { label: "Reading" } } });
    host.say(runId, asks("name"));
    await host.acknowledged(runId);
    const state = await program.state(runId);
    expect(state.loading).toBeUndefined();
    expect(state.calls).toMatchObject([{ status: CallStatus.OPEN }]);
    const { lines, hasMore } = await program.runs.listLogs({ runId, pageSize: 200, afterSequence: 801n });
    expect(hasMore).toBe(false);
    expect(lines.map(({ kind }) => (kind.case === "logged" ? kind.value.values[0]?.kind.value : ""))).toEqual(
      Array.from({ length: 200 }, (_, i) => String(800 + i)),
    );
  });
});

describe("after a connection is lost", () => {
  test("the host is sent exactly what it has missed, in order, and nothing that it has dealt with", async () => {
    const runId = await askedRun();
    host.say(runId, asks("age"));
    await host.acknowledged(runId);
    await program.answer(runId, "name");
    const { sequence } = await host.nextFrame("answer", runId);
    await host.drop();
    await program.answer(runId, "age", "7");
    const back = await again(runId, { lastSequence: sequence, said: 3n });
    expect(back.welcome.runs).toMatchObject([{ runId, resumed: true, lastSequence: 3n }]);
    expect(await back.next("answer", runId)).toMatchObject({ callKey: "age" });
    back.say(runId, { case: "accepted", value: { callKey: "name" } });
    back.say(runId, { case: "accepted", value: { callKey: "age" } });
    await back.acknowledged(runId);
    expect(back.toldOf(runId)).toEqual(["answer"]);
    await back.drop();
    const third = await again(runId, { lastSequence: sequence, said: 5n });
    third.say(runId, success);
    await third.acknowledged(runId);
    expect(third.toldOf(runId)).toEqual([]); // what is decided needs no answer
  });

  test("what the host says again is known, and what it could not say is taken", async () => {
    const runId = await askedRun();
    await host.drop();
    const back = await again(runId);
    back.say(runId, asks("name"), 2n);
    back.say(runId, logs("meanwhile"), 3n);
    back.say(runId, success, 4n);
    await back.acknowledged(runId, 4n);
    const state = await program.state(runId);
    expect(state.calls).toHaveLength(1);
    expect(state.run?.status).toBe(RunStatus.SUCCEEDED);
    expect((await program.runs.listLogs({ runId })).lines).toHaveLength(1);
  });

  test("a run that has ended is not resumed, and its end is known", async () => {
    const runId = await askedRun();
    host.say(runId, success);
    await host.acknowledged(runId);
    await host.drop();
    const back = await again(runId);
    expect(back.welcome.runs).toMatchObject([{ runId, resumed: false, lastSequence: 3n }]);
  });

  test("a run that the process no longer knows ends at once", async () => {
    const runId = await askedRun();
    const { instanceId } = host;
    await host.drop();
    await server.host(key, { hello: { instanceId } });
    await untilStatus(runId, RunStatus.FAILED);
    const { finished } = await program.state(runId);
    expect(finished?.outcome).toMatchObject({ case: "failure", value: { reason: FailureReason.HOST_GONE } });
  });

  test("a second connection of the same process takes over from the first", async () => {
    const runId = await askedRun();
    const back = await again(runId);
    await host.frames.whenEnded();
    await program.answer(runId, "name");
    expect(await back.next("answer", runId)).toMatchObject({ callKey: "name" });
    const { entry } = await program.actions.getAction({ path: "hello" });
    expect(entry?.hostsOnline).toBe(1);
    expect(await status(runId)).toBe(RunStatus.RUNNING);
  });

  test("answers of the very moment come once and in order", async () => {
    const runId = await askedRun();
    const keys = Array.from({ length: 20 }, (_, i) => `call_${i}`);
    for (const callKey of keys) host.say(runId, asks(callKey));
    await host.acknowledged(runId);
    let back = host;
    for (const [i, callKey] of keys.entries()) {
      const answered = program.answer(runId, callKey);
      if (i % 4 === 0) {
        const last = back.frames.all.findLast(({ body }) => body.case === "answer")?.sequence ?? 0n;
        back = await again(runId, { lastSequence: last, said: 22n });
      }
      await answered;
    }
    await expect
      .poll(() => back.frames.all.filter(({ body }) => body.case === "answer").map(({ sequence }) => sequence))
      .toSatisfy(
        (sequences: bigint[]) => sequences.length >= 4 && sequences.every((each, i) => each > (sequences[i - 1] ?? 0n)),
      );
    expect(back.frames.all.findLast(({ body }) => body.case === "answer")?.body.value).toMatchObject({
      callKey: "call_19",
    });
  });

  test("the server's own restart loses nothing", async () => {
    const runId = await askedRun();
    await program.answer(runId, "name");
    await server.restart();
    program = server.program(key);
    const back = await again(runId);
    expect(await back.next("answer", runId)).toMatchObject({ callKey: "name" });
    back.say(runId, { case: "accepted", value: { callKey: "name" } });
    back.say(runId, success);
    await back.acknowledged(runId);
    expect(await status(runId)).toBe(RunStatus.SUCCEEDED);
  });
});
