// A real server on rows that it cannot read: each spoils what it belongs to, and nothing else.
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { FailureReason, Role, RunEventSchema, RunSchema, RunStatus, toValue, ValueSchema } from "@interval/proto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Operator } from "../../testing/operator.ts";
import { asks, began, logs, type ScriptedHost, success } from "../../testing/scripted-host.ts";
import { TestServer } from "../../testing/test-server.ts";

let server: TestServer;
let key: string;
let ann: Awaited<ReturnType<TestServer["person"]>>;
let program: Operator;
let admin: Operator;
let host: ScriptedHost;

const instanceId = "survivor";
const noMessage = new Uint8Array([0xff, 0xff, 0xff]);
const kinds = ["event", "firstEvent", "row", "snapshot", "line", "deep", "sequence", "fine"] as const;
/** An open run with each kind of fault, by its kind. */
const open = new Map<string, string>();
/** A run that has ended with it. */
const ended = new Map<string, string>();
const runId = (kind: string) => open.get(kind) ?? "";

beforeAll(async () => {
  server = await TestServer.start({ timing: { hostGraceMs: 3_600_000 } });
  ({ key } = await server.key());
  ann = await server.person("Ann", Role.ADMIN);
  program = server.program(key);
  host = await server.host(key, { hello: { instanceId } });
  for (const kind of kinds) {
    open.set(kind, await startedRun());
    ended.set(kind, await startedRun());
    host.say(ended.get(kind) ?? "", success);
    await host.acknowledged(ended.get(kind) ?? "");
  }
  await host.drop();
  for (const kind of kinds) for (const id of [open.get(kind), ended.get(kind)]) await spoil(kind, id ?? "");
  const { db } = server.store;
  await db.updateTable("user").set({ colorScheme: 99, timeZone: "Nowhere", locale: "\0" }).execute();
  const [scope] = await db.selectFrom("environment").selectAll().execute();
  await db
    .insertInto("action_setting")
    .values({
      organization_id: scope?.organization_id ?? "",
      environment_id: scope?.id ?? "",
      scope_user_id: "nobody",
      path: "\0../%",
      archived: 7,
      updated_at: -1,
    })
    .execute();
  await server.restart();
  program = server.program(key);
  admin = server.operator(ann.headers);
  host = await server.host(key, {
    hello: { instanceId, liveRuns: [...open.values()].map((each) => ({ runId: each, lastSequence: 1n })) },
  });
});
afterAll(() => server.close());

async function startedRun(): Promise<string> {
  const id = await program.start();
  await host.next("startRun", id);
  host.say(id, began);
  host.say(id, logs("line"));
  host.say(id, asks("name"));
  await host.acknowledged(id);
  return id;
}

async function spoil(kind: (typeof kinds)[number], id: string): Promise<void> {
  const { db } = server.store;
  const events = db.updateTable("run_event").where("run_id", "=", id);
  switch (kind) {
    case "event":
    case "firstEvent":
      await events
        .set({ bytes: noMessage })
        .where("kind", "=", kind === "event" ? "called" : "started")
        .execute();
      return;
    case "line":
      await events.set({ bytes: noMessage }).where("kind", "=", "logged").execute();
      return;
    case "row":
      await db.updateTable("run").set({ run: noMessage }).where("id", "=", id).execute();
      return;
    case "snapshot":
      await db.insertInto("run_snapshot").values({ run_id: id, sequence: 2, bytes: noMessage }).execute();
      return;
    case "sequence":
      await db
        .updateTable("run_host")
        .set({ sequence: 2 ** 63 })
        .where("run_id", "=", id)
        .execute();
      return;
    case "deep": {
      // As it was stored before there was a limit: deeper than the usual reader goes.
      const { run, driver } = await program.state(id);
      if (!run) throw new Error("There is no run.");
      run.params = { p: create(ValueSchema, nested(49)) };
      const value = { run, driver, hostInstanceId: instanceId };
      const started = create(RunEventSchema, { sequence: 1n, kind: { case: "started", value } });
      await db
        .updateTable("run")
        .set({ run: toBinary(RunSchema, run) })
        .where("id", "=", id)
        .execute();
      await events
        .set({ bytes: toBinary(RunEventSchema, started) })
        .where("kind", "=", "started")
        .execute();
      return;
    }
    case "fine":
      return;
    default:
      return kind satisfies never;
  }
}

function nested(levels: number): MessageInitShape<typeof ValueSchema> {
  return Array.from({ length: levels }).reduce<MessageInitShape<typeof ValueSchema>>(
    (value) => ({ kind: { case: "listValue", value: { items: [value] } } }),
    toValue(1),
  );
}

test("lists show every run, and a stand-in for what cannot be read", async () => {
  const production = { organization: "main", environment: "production" };
  const { runs } = await admin.runs.listRuns(production);
  expect(runs.map(({ id }) => id).sort()).toEqual([...open.values(), ...ended.values()].sort());
  expect(runs.find(({ id }) => id === ended.get("row"))).toMatchObject({
    action: "hello",
    status: RunStatus.SUCCEEDED,
    endTime: { seconds: expect.any(BigInt) },
  });
  const { actions } = await admin.runs.getRunFacets(production);
  expect(actions.map(({ path }) => path)).toEqual(["hello"]);
});

test.each(["event", "firstEvent", "row"])("an open run with an unreadable %s ends, and says why", async (kind) => {
  const { state } = await program.runs.getRun({ runId: runId(kind) });
  expect(state?.run?.status).toBe(RunStatus.FAILED);
  expect(state?.finished?.outcome).toMatchObject({
    case: "failure",
    value: {
      reason: FailureReason.UNREADABLE,
      message: expect.stringMatching(/^What is stored of this run cannot be read: (event \d|the run itself)\.$/),
    },
  });
  const { events } = await program.runs.listEvents({ runId: runId(kind) });
  expect(events.at(-1)?.kind.case).toBe("finished");
  // Its host hears of it, or was told at its hello.
  const isResumed = host.welcome.runs.find((run) => run.runId === runId(kind))?.resumed;
  if (isResumed) await expect.poll(() => host.toldOf(runId(kind))).toContain("close");
});

test.each(["snapshot", "line", "deep", "fine"])("an open run with an unreadable %s goes on", async (kind) => {
  const id = runId(kind);
  await program.answer(id, "name");
  await expect.poll(() => host.toldOf(id)).toContain("answer");
  const { events } = await admin.runs.listEvents({ runId: id });
  expect(events.slice(0, 4).map(({ sequence }) => sequence)).toEqual([1n, 2n, 3n, 4n]);
  expect((await admin.runs.listLogs({ runId: id })).lines).toHaveLength(1);
});

test("a run whose host's sequence was stored beyond all bounds does not keep its host away", async () => {
  expect(host.welcome.runs.find((run) => run.runId === runId("sequence"))?.lastSequence).toBe(2n ** 53n - 1n);
  await program.runs.cancelRun({ runId: runId("sequence") });
  await expect.poll(() => host.toldOf(runId("sequence"))).toContain("cancel");
});

test.each(kinds)("a run that has ended with an unreadable %s can still be looked at", async (kind) => {
  const id = ended.get(kind) ?? "";
  const { state } = await admin.runs.getRun({ runId: id });
  expect(state?.run?.status).toBe(RunStatus.SUCCEEDED);
  await admin.runs.listEvents({ runId: id });
  const viewer = await admin.watch();
  const subscription = await viewer.subscribe({ case: "run", value: { runId: id } });
  await viewer.next(subscription, "runState");
  await viewer.close();
});

test("people with settings that no version knows are signed in, and can change them", async () => {
  const { user } = await admin.sessions.getSession({});
  expect(user?.timeZone).toBe("Nowhere");
  await admin.sessions.updateProfile({ timeZone: "Europe/Berlin", locale: "de" });
  await admin.settings.listActionSettings({ organization: "main", environment: "production" });
});
