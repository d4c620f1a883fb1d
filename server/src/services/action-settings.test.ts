import { Code, ConnectError } from "@connectrpc/connect";
import { Role } from "@interval/proto";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Operator } from "../testing/operator.ts";
import { asks, began, type ScriptedHost, success, withPages } from "../testing/scripted-host.ts";
import { TestServer } from "../testing/test-server.ts";

const production = { organization: "main", environment: "production" };
const hello = { ...production, path: "hello" };
const put = (archived: boolean) => ({ ...hello, settings: { archived } });

let server: TestServer;
let key: string;
let host: ScriptedHost;
let admin: Operator;
let member: Operator;
beforeEach(async () => {
  server = await TestServer.start();
  ({ key } = await server.key());
  host = await server.host(key, { hello: { catalog: withPages } });
  admin = (await server.person("ada", Role.ADMIN)).operator;
  member = (await server.person("ann", Role.MEMBER)).operator;
});
afterEach(() => server.close());

const codeOf = (asked: Promise<unknown>) => asked.catch((error: unknown) => Code[ConnectError.from(error).code]);
const paths = (entries: Array<{ route?: { path: string } }>) => entries.map(({ route }) => route?.path);

test("an archived action leaves everybody's lists at once, cannot be started, and comes back", async () => {
  const viewer = await member.watch();
  const catalog = await viewer.subscribe({ case: "catalog", value: production });
  expect(paths((await viewer.next(catalog, "catalog")).entries)).toEqual(["about", "hello", "plain"]);

  expect((await admin.settings.updateActionSettings(put(true))).settings?.archived).toBe(true);
  expect(paths((await viewer.next(catalog, "catalog")).entries)).toEqual(["about", "plain"]);
  expect(paths((await member.actions.listActions(production)).entries)).toEqual(["about", "plain"]);
  expect((await member.actions.getAction(hello)).entry).toMatchObject({ archived: true, hostsOnline: 1 });
  await expect(member.start()).rejects.toThrow(/archived .* An admin can restore it/);
  expect(await codeOf(server.program(key).start())).toBe("FailedPrecondition");
  const { entries } = await admin.settings.listActionSettings(production);
  expect(entries.map(({ route, archived }) => [route?.path, archived])).toContainEqual(["hello", true]);

  await admin.settings.updateActionSettings(put(false));
  expect(paths((await viewer.next(catalog, "catalog")).entries)).toEqual(["about", "hello", "plain"]);
  await member.start();
});

test("runs that are open go on when their action is archived", async () => {
  const runId = await member.start();
  host.say(runId, began);
  host.say(runId, asks("name"));
  await host.acknowledged(runId);
  await admin.settings.updateActionSettings(put(true));
  await member.answer(runId, "name");
  await host.next("answer", runId);
  host.say(runId, { case: "accepted", value: { callKey: "name" } });
  host.say(runId, success);
  await expect.poll(async () => (await member.state(runId)).finished?.outcome.case).toBe("success");
});

test("what is archived stays so over a restart, and is of one environment alone", async () => {
  const staging = await server.key("staging");
  await server.host(staging.key, { hello: { catalog: withPages } });
  await admin.settings.updateActionSettings(put(true));
  const elsewhere = await admin.actions.getAction({ ...hello, environment: "staging" });
  expect(elsewhere.entry?.archived).toBe(false);
  await server.restart();
  await server.host(key, { hello: { catalog: withPages } });
  const program = server.program(key);
  expect((await program.actions.getAction(hello)).entry?.archived).toBe(true);
});

test("settings tell the hosts that serve the action", async () => {
  const viewer = await admin.watch();
  const id = await viewer.subscribe({ case: "hosts", value: production });
  const { kind } = await viewer.next(id, "hosts");
  const hosts = kind.case === "all" ? kind.value.hosts : [];
  const { entry, settings, hostIds } = await admin.settings.getActionSettings(hello);
  expect(hostIds).toEqual(hosts.map((each) => each.id));
  expect(entry?.route?.path).toBe("hello");
  expect(settings?.archived).toBe(false);
});

test("what is not there, and pages, have no settings", async () => {
  const of = (path: string) => ({ ...production, path, settings: { archived: true } });
  expect(await codeOf(admin.settings.updateActionSettings(of("none")))).toBe("NotFound");
  expect(await codeOf(admin.settings.updateActionSettings(of("plain")))).toBe("FailedPrecondition");
  expect(await codeOf(admin.settings.getActionSettings({ ...production, path: "about" }))).toBe("FailedPrecondition");
});

test("developers set what they like in their own development, and that alone", async () => {
  const { id: userId, operator } = await server.person("dev", Role.DEVELOPER);
  const development = { ...production, environment: "development" };
  await server.host((await server.key("development", { userId })).key);
  await operator.settings.updateActionSettings({ ...put(true), ...development });
  expect((await operator.actions.listActions(development)).entries).toEqual([]);
  expect(await codeOf(operator.settings.updateActionSettings(put(true)))).toBe("PermissionDenied");
  expect((await member.actions.getAction(hello)).entry?.archived).toBe(false);
});
