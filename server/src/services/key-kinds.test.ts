import { Code, ConnectError } from "@connectrpc/connect";
import { ApiKeyKind, Role } from "@interval/proto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Operator } from "../testing/operator.ts";
import { asks, type ScriptedHost } from "../testing/scripted-host.ts";
import { TestServer } from "../testing/test-server.ts";

const production = { organization: "main", environment: "production" };
const kind = "program";
const routes = [
  { path: "hello", kind: { case: "action" as const, value: {} } },
  {
    path: "payroll",
    kind: { case: "action" as const, value: {} },
    access: { kind: { case: "teams" as const, value: { slugs: ["finance"] } } },
  },
];

let server: TestServer;
let host: ScriptedHost;
let hostKey: string;
let program: Operator;
beforeAll(async () => {
  server = await TestServer.start({ timing: { heartbeatIntervalMs: 200, heartbeatTimeoutMs: 2_000 } });
  hostKey = (await server.key()).key;
  host = await server.host(hostKey, { hello: { catalog: { digest: "restricted", routes } } });
  program = server.program((await server.key("production", { kind })).key);
});
afterAll(() => server.close());

const bearer = ({ key }: { key: string }) => ({ authorization: `Bearer ${key}` });
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => "OK",
    (error: unknown) => Code[ConnectError.from(error).code],
  );

test("a host's key starts nothing, and is told which key does", async () => {
  const asHost = server.operator(bearer({ key: hostKey }));
  await expect(asHost.start()).rejects.toThrow(/for hosts.*interval key create --kind program/);
});

test("a program's key attaches no host, and is told which key does", async () => {
  const { key } = await server.key("production", { kind });
  await expect(server.host(key)).rejects.toThrow(/for programs.*interval key create/);
});

describe("a program", () => {
  test("runs what is open to the entire organization, and nothing that teams alone may run", async () => {
    const { entries } = await program.actions.listActions(production);
    expect(entries.map(({ route }) => route?.path)).toEqual(["hello"]);
    expect(await codeOf(program.start("hello"))).toBe("OK");
    expect(await codeOf(program.start("payroll"))).toBe("NotFound");
    expect(await codeOf(program.actions.getAction({ ...production, path: "payroll" }))).toBe("NotFound");
  });

  test("sees, answers and lists the runs that it has started, and no others", async () => {
    const own = await program.start();
    host.say(own, asks("name"));
    await expect.poll(async () => (await program.state(own)).calls.length).toBe(1);
    await program.answer(own, "name");
    const other = server.program((await server.key("production", { kind })).key);
    const { operator: ann } = await server.person("ann", Role.MEMBER);
    const foreign = [await other.start(), await ann.start()];
    for (const runId of foreign) {
      expect(await codeOf(program.state(runId))).toBe("NotFound");
      expect(await codeOf(program.runs.cancelRun({ runId }))).toBe("NotFound");
      expect(await codeOf(program.runs.takeOver({ runId }))).toBe("NotFound");
    }
    const { runs } = await program.runs.listRuns(production);
    const listed = runs.map(({ id }) => id);
    expect(listed).toContain(own);
    expect(listed).not.toEqual(expect.arrayContaining([foreign[0]]));
    expect(listed).not.toEqual(expect.arrayContaining([foreign[1]]));
  });

  test("of a person's own development acts as that person, on what runs there alone", async () => {
    const dev = await server.person("dev", Role.DEVELOPER);
    const development = { ...production, environment: "development" };
    const { secret = "", key } = await dev.operator.keys.createKey({ ...development, kind: ApiKeyKind.PROGRAM });
    expect([secret.slice(0, 5), key?.kind]).toEqual(["prog_", ApiKeyKind.PROGRAM]);
    await server.host((await server.key("development", { userId: dev.id })).key, {
      hello: { instanceId: "dev", catalog: { digest: "restricted", routes } },
    });
    const own = server.operator(bearer({ key: secret }));
    const runId = await own.start("payroll", development);
    expect((await dev.operator.state(runId)).run?.startedBy?.kind).toMatchObject({
      case: "user",
      value: { id: dev.id },
    });
    const inProduction = await dev.operator.start();
    expect(await codeOf(own.state(inProduction))).toBe("NotFound");
    expect(await codeOf(own.start())).toBe("NotFound");
  });
});

test("a personal host does not upload what its person answers with", async () => {
  const pia = await server.person("pia", Role.DEVELOPER);
  const { key } = await server.key("development", { userId: pia.id });
  const own = await server.host(key, { hello: { instanceId: "pia" } });
  const development = { ...production, environment: "development" };
  const runId = await pia.operator.start("hello", development);
  own.say(runId, asks("file", "inputFile"));
  await expect.poll(async () => (await pia.operator.state(runId)).calls.length).toBe(1);
  const purpose = { case: "answer" as const, value: { callKey: "file", componentKey: "file" } };
  const asHost = server.operator(bearer({ key }));
  expect(await codeOf(asHost.files.beginUpload({ runId, size: 1n, purpose }))).toBe("PermissionDenied");
  const { assetId } = await pia.operator.files.beginUpload({ runId, size: 1n, purpose });
  const put = async (headers: Record<string, string>) =>
    (await fetch(`${server.url}/assets/${assetId}`, { method: "PUT", body: "x", headers })).status;
  expect(await put(bearer({ key }))).toBe(404);
  expect(await put(pia.headers)).toBe(204);
});

test("a person who is removed is cut off, with their sessions and personal keys, and their runs stay", async () => {
  const eve = await server.person("eve", Role.DEVELOPER);
  const watching = await eve.operator.watch();
  const own = await server.host((await server.key("development", { userId: eve.id })).key, {
    hello: { instanceId: "eve" },
  });
  const runId = await eve.operator.start();
  const { id: organizationId } = await server.organization("main");
  await server.store.people.removeMember({ organizationId, userId: eve.id });
  await Promise.all([watching.updates.whenEnded(), own.frames.whenEnded()]);
  expect(await codeOf(eve.operator.watch())).toBe("Unauthenticated");
  const { operator: admin } = await server.person("ada", Role.ADMIN);
  expect((await admin.state(runId)).run?.startedBy?.kind).toMatchObject({ case: "user", value: { id: eve.id } });
});
