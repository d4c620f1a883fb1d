// A store that fails at chosen calls, real SQLite below: the server lives, and what was going on goes on.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { isOver, Role, RunStatus } from "@interval/proto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FailingStore } from "../../testing/failing-store.ts";
import type { Operator } from "../../testing/operator.ts";
import { asks, began, logs, type ScriptedHost, success } from "../../testing/scripted-host.ts";
import { TestServer } from "../../testing/test-server.ts";

const store = new FailingStore();
const timing = {
  hostGraceMs: 400,
  hostGoneMs: 200,
  abandonedRunMs: 200,
  cancelCleanUpMs: 200,
  handoverMs: 200,
  cleanUpMs: 100,
  heartbeatIntervalMs: 100,
};
const unhandled: unknown[] = [];
const noteUnhandled = (reason: unknown) => unhandled.push(reason);

let server: TestServer;
let key: string;
let program: Operator;
let ann: Operator;

beforeAll(async () => {
  process.on("unhandledRejection", noteUnhandled);
  server = await TestServer.start({ timing, openStore: store.open, env: { RUN_RETENTION_DAYS: "0.00001" } });
  ({ key } = await server.key());
  program = server.program(key);
  ann = (await server.person("ann", Role.ADMIN)).operator;
});
afterAll(async () => {
  await server.close();
  process.off("unhandledRejection", noteUnhandled);
});

/** A host whose program asks for a name, and ends once it is answered. */
async function attach(): Promise<ScriptedHost> {
  const host = await server.host(key);
  const serve = async () => {
    while (!host.frames.ended) {
      const { scope, body } = await host.frames.next((frame) => frame);
      if (scope.case !== "runId") continue;
      if (body.case === "startRun")
        for (const each of [began, logs("hello"), asks("name")]) host.say(scope.value, each);
      if (body.case === "answer" || body.case === "cancel") host.say(scope.value, success);
    }
  };
  serve().catch(() => undefined); // the stream has ended
  return host;
}

/** What people, programs and hosts do all day. Whatever of it fails is told to who asked. */
async function everybodyIsBusy(): Promise<void> {
  const tries = async (work: () => Promise<unknown>) => void (await work().catch(() => undefined));
  const host = await attach().catch(() => undefined);
  const work = async (by: Operator) => {
    const runId = await by.start("hello", { requestId: randomUUID() });
    const viewer = await by.watch();
    await viewer.subscribe({ case: "run", value: { runId } });
    await viewer.subscribe({ case: "logs", value: { runId } });
    await by.runs.takeOver({ runId });
    await by.answer(runId, "name", "Ada", { requestId: randomUUID() });
    await by.runs.cancelRun({ runId, requestId: randomUUID() });
  };
  const place = { organization: "main", environment: "production" };
  await Promise.all([
    tries(() => work(ann)),
    tries(() => work(program)),
    tries(() => ann.runs.listRuns(place)),
    tries(() => ann.runs.getRunFacets(place)),
    tries(() => ann.start()), // left alone
  ]);
  await tries(async () => host?.drop());
}

/** A run goes from its start to its end, and all that was going on before has ended. */
async function allIsWell(): Promise<void> {
  const host = await attach();
  const runId = await program.start();
  await expect.poll(async () => (await program.state(runId)).calls.length, { timeout: 5_000 }).toBe(1);
  await program.answer(runId, "name");
  await expect.poll(async () => isOver((await program.state(runId)).run), { timeout: 5_000 }).toBe(true);
  expect((await program.state(runId)).run?.status).toBe(RunStatus.SUCCEEDED);
  await host.drop();
  const open = async () => (await server.store.journal.listOpenRuns()).map(({ run }) => run.id);
  await expect.poll(open, { timeout: 10_000 }).toEqual([]);
  await ann.close();
  await program.close();
  expect(unhandled).toEqual([]);
}

const methods = [
  ...["append", "createRun", "findStarted", "listRuns", "readEventPage"],
  ...["readHostSequences", "readRuns", "readRunFacets", "removeRuns"],
]
  .map((name) => `journal.${name}`)
  .concat(["readOrganization", "readEnvironment", "findEnvironment"].map((name) => `people.${name}`))
  .concat("assets.listForgottenAssets");

describe("a call of the store that fails once", () => {
  test.each(methods)("%s leaves the server and later runs alone", { timeout: 40_000 }, async (method) => {
    expect(store.calls).toContain(method);
    for (const when of ["before", "after"] as const) {
      const before = store.failed;
      store.failOnce(method, when);
      await everybodyIsBusy();
      await expect.poll(() => store.failed, { timeout: 5_000 }).toBe(before + 1);
      await allIsWell();
    }
  });
});

describe("a part of the store that fails for two seconds", () => {
  test.each(["journal", "people", "keys", "assets"] as const)(
    "%s: all goes on afterwards",
    { timeout: 60_000 },
    async (part) => {
      const busy = everybodyIsBusy();
      store.failAll(part);
      await Promise.all([busy, everybodyIsBusy(), sleep(2_000)]);
      store.restore();
      await allIsWell();
    },
  );
});
