// Every method of every service, called by everybody who should and should not: see `cases`, where a new method has to be entered.
import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, createConnectRouter, type Transport } from "@connectrpc/connect";
import * as proto from "@interval/proto";
import { Role } from "@interval/proto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { httpAccess, rpcAccess } from "../domain/access/access.ts";
import { Operator, textAnswer, type Viewer } from "../testing/operator.ts";
import { ReceivingHost } from "../testing/receiving-host.ts";
import { asks, logs, ScriptedHost, showsTable, withPages } from "../testing/scripted-host.ts";
import { TestServer } from "../testing/test-server.ts";
import type { Parts } from "./parts.ts";
import { routes } from "./router.ts";

const isService = (value: unknown): value is DescService =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "service";
const methods = Object.values<unknown>(proto)
  .filter(isService)
  .flatMap((service) => service.methods);
const nameOf = (method: DescMethod) => `${method.parent.name}.${method.localName}`;

const production = { organization: "main", environment: "production" };
const development = { organization: "main", environment: "development" };
const strangers = ["a stranger", "an unknown key", "a revoked key", "a foreign session"] as const;
const outsiders = ["an admin of another organization"] as const;
const hosts = [
  "the environment's host",
  "a host of another environment",
  "a personal host",
  "a host of another organization",
] as const;
const programs = [
  "the environment's program",
  "a program of another environment",
  "a personal program",
  "a program of another organization",
] as const;
const people = ["the starter", "another member", "a developer", "an admin"] as const;
const everybody = [...strangers, ...outsiders, ...hosts, ...programs, ...people];
type Who = (typeof everybody)[number];

/** What somebody calls with: the run, call and watch are real, and the starter's. */
interface Given {
  as: Operator;
  transport: Transport;
  runId: string;
  watchId: string;
}

/** What comes back: "OK" or the name of the code. Strangers are UNAUTHENTICATED everywhere, hosts denied unless they are named. */
type Expected = Partial<Record<Who, string>> & { others: string };
const all = (who: readonly Who[], code: string): Partial<Record<Who, string>> =>
  Object.fromEntries(who.map((each) => [each, code]));
const signedIn: Expected = { others: "OK" };
const inProduction: Expected = { others: "NotFound", "the environment's program": "OK", ...all(people, "OK") };
const ofTheRun: Expected = { others: "NotFound", "the starter": "OK", "an admin": "OK" };
const ofTheDriver: Expected = { ...ofTheRun, "an admin": "PermissionDenied" };
const ofTheStarter: Expected = { others: "NotFound", "the starter": "OK" };
const ofPeople: Expected = { others: "OK", ...all(programs, "PermissionDenied") };
const ofHosts: Expected = { others: "Unauthenticated", ...all(programs, "PermissionDenied"), ...all(hosts, "OK") };
/** Hosts are told of the assets of their own environment alone. */
const ofAssets = (ofTheEnvironment: string): Partial<Record<Who, string>> => ({
  ...all(hosts, "NotFound"),
  "the environment's host": ofTheEnvironment,
});
const ofDevelopers: Expected = {
  others: "NotFound",
  ...all(programs, "PermissionDenied"),
  "a developer": "OK",
  "an admin": "OK",
};
const ofAdmins: Expected = {
  others: "PermissionDenied",
  "an admin of another organization": "NotFound",
  "an admin": "OK",
};
/** Who belongs to the environment may know that it has hosts, and sees them as an admin alone. */
const hostsOfAdmins: Expected = {
  ...ofAdmins,
  ...all(programs, "NotFound"),
  "the environment's program": "PermissionDenied",
};

const answerWithFile = { case: "answer" as const, value: { callKey: "file", componentKey: "file" } };
const aSearch = { kind: { case: "search" as const, value: { query: "ada" } } };
const aTableQuery = {
  kind: { case: "displayTable" as const, value: { ask: { case: "query" as const, value: { pageSize: 20 } } } },
};
const run = (runId: string) => ({ case: "run" as const, value: { runId } });
const cases: Record<string, { call: (given: Given) => Promise<unknown>; expected: Expected }> = {
  "SessionService.getSession": { call: ({ as }) => as.sessions.getSession({}), expected: signedIn },
  "SessionService.updateProfile": { call: ({ as }) => as.sessions.updateProfile({}), expected: ofPeople },
  "ActionService.listActions": { call: ({ as }) => as.actions.listActions(production), expected: inProduction },
  "ActionService.getAction": {
    call: ({ as }) => as.actions.getAction({ ...production, path: "hello" }),
    expected: inProduction,
  },
  "RunService.startRun": {
    call: ({ as }) => as.runs.startRun({ ...production, action: "hello" }),
    expected: inProduction,
  },
  "RunService.listRuns": { call: ({ as }) => as.runs.listRuns(production), expected: inProduction },
  "RunService.getRunFacets": { call: ({ as }) => as.runs.getRunFacets(production), expected: inProduction },
  "RunService.getRun": { call: ({ as, runId }) => as.runs.getRun({ runId }), expected: ofTheRun },
  "RunService.listEvents": { call: ({ as, runId }) => as.runs.listEvents({ runId }), expected: ofTheRun },
  "RunService.listLogs": { call: ({ as, runId }) => as.runs.listLogs({ runId }), expected: ofTheRun },
  "RunService.getLogLine": {
    call: ({ as, runId }) => as.runs.getLogLine({ runId, sequence: 2n }),
    expected: ofTheRun,
  },
  "RunService.fetch": {
    call: ({ as, runId }) => as.runs.fetch({ runId, callKey: "found", componentKey: "found", fetch: aSearch }),
    expected: ofTheRun,
  },
  "RunService.cancelRun": { call: ({ as, runId }) => as.runs.cancelRun({ runId }), expected: ofTheRun },
  "RunService.answerCall": {
    call: ({ as, runId }) => as.runs.answerCall({ runId, callKey: "name", answer: textAnswer("name", "Ada") }),
    expected: ofTheDriver,
  },
  "RunService.takeOver": { call: ({ as, runId }) => as.runs.takeOver({ runId }), expected: ofTheRun },
  "RunService.decideHandover": {
    call: async ({ as, runId }) => {
      const { state } = await server.operator(headers["an admin"]).runs.takeOver({ runId });
      const sequence = state?.handover?.sequence ?? 0n;
      return as.runs.decideHandover({ runId, sequence, outcome: proto.HandoverOutcome.DENIED });
    },
    expected: ofTheDriver,
  },
  "PageService.fetchPart": {
    call: async ({ as }) => {
      const pageId = await openPage();
      return as.pages.fetchPart({ pageId, partKey: "found", fetch: aTableQuery });
    },
    expected: ofTheStarter,
  },
  "PageService.refreshPage": {
    call: async ({ as }) => as.pages.refreshPage({ pageId: await openPage() }),
    expected: ofTheStarter,
  },
  "FileService.beginUpload": {
    call: ({ as, runId }) => as.files.beginUpload({ runId, purpose: answerWithFile }),
    expected: { ...ofTheDriver, ...ofAssets("PermissionDenied") },
  },
  "FileService.createDownloadUrl": {
    call: async ({ as, runId }) => as.files.createDownloadUrl({ assetId: await newAsset(runId) }),
    expected: { ...ofTheRun, ...ofAssets("OK") },
  },
  "KeyService.createKey": { call: ({ as }) => as.keys.createKey(development), expected: ofDevelopers },
  "KeyService.listKeys": { call: ({ as }) => as.keys.listKeys(development), expected: ofDevelopers },
  "KeyService.revokeKey": {
    call: async ({ as }) => {
      const { key } = await server.operator(headers["a developer"]).keys.createKey(development);
      return as.keys.revokeKey({ keyId: key?.id });
    },
    expected: { ...ofDevelopers, "an admin": "NotFound" },
  },
  "ActionSettingsService.listActionSettings": {
    call: ({ as }) => as.settings.listActionSettings(production),
    expected: ofAdmins,
  },
  "ActionSettingsService.getActionSettings": {
    call: ({ as }) => as.settings.getActionSettings({ ...production, path: "hello" }),
    expected: ofAdmins,
  },
  "ActionSettingsService.updateActionSettings": {
    call: ({ as }) => as.settings.updateActionSettings({ ...production, path: "hello", settings: {} }),
    expected: ofAdmins,
  },
  "WatchService.watch": { call: async ({ as }) => (await as.watch()).close(), expected: signedIn },
  "WatchService.subscribe": {
    call: ({ as, runId, watchId }) => as.watches.subscribe({ watchId, subscriptionId: "x", topic: run(runId) }),
    expected: ofTheStarter,
  },
  "WatchService.unsubscribe": {
    call: ({ as, watchId }) => as.watches.unsubscribe({ watchId, subscriptionId: "x" }),
    expected: ofTheStarter,
  },
  "HostService.attach": {
    call: async ({ transport }) => (await ScriptedHost.attach(transport, "")).drop(),
    expected: ofHosts,
  },
  "HostService.receive": {
    call: async ({ transport }) => (await ReceivingHost.attach(transport, { offers: "more" })).drop(),
    expected: ofHosts,
  },
  "HostService.send": {
    call: async ({ transport }) => {
      const line = server.transport(headers["the environment's host"]);
      const own = await ReceivingHost.attach(line, { offers: "more" });
      await createClient(proto.HostService, transport)
        .send({ sessionToken: own.token, number: 1n })
        .finally(() => own.drop());
    },
    expected: { ...ofHosts, ...all(hosts, "NotFound"), "the environment's host": "OK" },
  },
};
/** Topics of one's own watch. */
const topics: Record<string, { topic: (runId: string) => Parameters<Viewer["subscribe"]>[0]; expected: Expected }> = {
  run: { topic: run, expected: ofTheRun },
  logs: { topic: (runId) => ({ case: "logs", value: { runId } }), expected: ofTheRun },
  catalog: { topic: () => ({ case: "catalog", value: production }), expected: inProduction },
  runList: { topic: () => ({ case: "runList", value: production }), expected: inProduction },
  page: { topic: () => ({ case: "page", value: { ...production, page: "about" } }), expected: inProduction },
  hosts: { topic: () => ({ case: "hosts", value: production }), expected: hostsOfAdmins },
  profile: { topic: () => ({ case: "profile", value: {} }), expected: { ...ofPeople, ...all(programs, "NotFound") } },
};

let server: TestServer;
let host: ScriptedHost;
let headers: Record<Who, Record<string, string>>;
let starter: Operator;
let viewer: Viewer;

beforeAll(async () => {
  server = await TestServer.start();
  const bearer = ({ key }: { key: string }) => ({ authorization: `Bearer ${key}` });
  const kind = "program";
  const key = await server.key();
  host = await server.host(key.key, { hello: { catalog: withPages } });
  const revoked = await server.key();
  await server.store.keys.revokeKey(revoked.record.id);
  const ann = await server.person("ann", Role.MEMBER);
  const dev = await server.person("dev", Role.DEVELOPER);
  headers = {
    "a stranger": {},
    "an unknown key": { authorization: "Bearer live_0000000000000000000000000000000000000000000" },
    "a revoked key": bearer(revoked),
    "a foreign session": { cookie: "interval.session_token=abc.def" },
    "an admin of another organization": (await server.person("eve", Role.ADMIN, "other")).headers,
    "the environment's host": bearer(key),
    "a host of another environment": bearer(await server.key("staging")),
    "a personal host": bearer(await server.key("development", { userId: dev.id })),
    "a host of another organization": bearer(await server.key("production", { organization: "other" })),
    "the environment's program": bearer(await server.key("production", { kind })),
    "a program of another environment": bearer(await server.key("staging", { kind })),
    "a personal program": bearer(await server.key("development", { userId: dev.id, kind })),
    "a program of another organization": bearer(await server.key("production", { organization: "other", kind })),
    "the starter": ann.headers,
    "another member": (await server.person("bob", Role.MEMBER)).headers,
    "a developer": dev.headers,
    "an admin": (await server.person("ada", Role.ADMIN)).headers,
  };
  starter = ann.operator;
  viewer = await starter.watch();
  void answerFetches();
});
afterAll(() => server.close());

async function answerFetches(): Promise<void> {
  for (;;) {
    const fetch = await host.fetches.next((each) => each);
    host.send({
      body: { case: "fetched", value: { requestId: fetch.requestId, outcome: { case: "page", value: {} } } },
    });
  }
}

/** A run that waits for answers, started by the starter. */
async function newRun(): Promise<string> {
  const runId = await starter.start();
  host.say(runId, logs("a line"));
  host.say(runId, asks("name"));
  host.say(runId, asks("file", "inputFile"));
  host.say(runId, asks("found", "search"));
  await expect.poll(async () => (await starter.state(runId)).calls.length).toBe(3);
  return runId;
}

/** A page that the starter looks at, with a table. */
async function openPage(): Promise<string> {
  const opening = viewer.subscribe({ case: "page", value: { ...production, page: "about" } }, "page");
  const { pageId } = await host.opened();
  await opening;
  showsTable(host, pageId);
  await viewer.updates.next(({ kind }) =>
    kind.case === "page" && kind.value.pageId === pageId && kind.value.kind.case === "part" ? kind : undefined,
  );
  return pageId;
}

/** A file that the starter has uploaded, an empty one. */
async function newAsset(runId: string): Promise<string> {
  const { assetId } = await starter.files.beginUpload({ runId, purpose: answerWithFile });
  const response = await fetch(`${server.url}/assets/${assetId}`, { method: "PUT", headers: headers["the starter"] });
  expect(response.status).toBe(204);
  return assetId;
}

async function codeOf(who: Who, call: (given: Given) => Promise<unknown>): Promise<string> {
  const transport = server.transport(headers[who]);
  const given = { as: new Operator(transport), transport, runId: await newRun(), watchId: viewer.id };
  return call(given).then(
    () => "OK",
    (error: unknown) => Code[ConnectError.from(error).code],
  );
}

function expectedOf(who: Who, expected: Expected): string {
  if (strangers.some((each) => each === who)) return "Unauthenticated";
  return expected[who] ?? (hosts.some((each) => each === who) ? "PermissionDenied" : expected.others);
}

describe("the table", () => {
  test("has every method of every service, and the server serves no other", () => {
    const router = createConnectRouter();
    routes({} as Parts)(router);
    const served = router.handlers.map(({ method }) => nameOf(method)).sort();
    const known = methods.map(nameOf).sort();
    expect(served).toEqual(known);
    expect([...rpcAccess.keys()].map(nameOf).sort()).toEqual(known);
    expect(Object.keys(cases).sort()).toEqual(known);
  });

  test("has every address: methods, signing in, health, and pages, which hold no data", () => {
    for (const { parent, name } of methods) expect(httpAccess(`/${parent.typeName}/${name}`)).toBe("rpc");
    const others = { "/api/auth/sign-in/link": "auth", "/health/ready": "health", "/sdk.tgz": "sdk", "/": "page" };
    for (const [path, route] of Object.entries(others)) expect(httpAccess(path)).toBe(route);
  });

  test.each(["get-session", "list-sessions", "update-user", "change-email", "delete-user", "sign-up/email", "none"])(
    "leaves out what else the identity library has: %s",
    async (route) => {
      for (const method of ["GET", "POST"]) {
        const init = method === "POST" ? { body: "{}", headers: { "content-type": "application/json" } } : {};
        const response = await fetch(`${server.url}/api/auth/${route}`, {
          method,
          ...init,
          headers: { ...init.headers, ...headers["an admin"], origin: server.url },
        });
        expect([404, 405]).toContain(response.status);
        expect(await response.text()).toMatch(/nothing here|Only GET/);
      }
    },
  );

  test("has every topic of a watch", () => {
    const known = proto.SubscribeRequestSchema.oneofs.find(({ name }) => name === "topic")?.fields;
    expect(Object.keys(topics).sort()).toEqual(known?.map(({ localName }) => localName).sort());
  });
});

describe.each(Object.entries(cases))("%s", (_name, { call, expected }) => {
  test.each(everybody)("as %s", async (who) => {
    expect(await codeOf(who, call)).toBe(expectedOf(who, expected));
  });
});

describe.each(Object.entries(topics))("the topic %s", (_name, { topic, expected }) => {
  test.each(everybody)("as %s", async (who) => {
    const subscribe = async ({ as, runId }: Given) => {
      const own = await as.watch();
      await own.subscribe(topic(runId)).finally(() => own.close());
    };
    expect(await codeOf(who, subscribe)).toBe(expectedOf(who, expected));
  });
});

describe("a run of somebody's own development", () => {
  test.each<[Who, string]>([
    ["a developer", "OK"],
    ["a personal program", "OK"],
    ["a personal host", "PermissionDenied"],
    ["an admin", "NotFound"],
    ["another member", "NotFound"],
    ["the environment's program", "NotFound"],
    ["an admin of another organization", "NotFound"],
  ])("as %s: %s", async (who, expected) => {
    const own = await ScriptedHost.attach(server.transport(headers["a personal host"]), "");
    const developer = server.operator(headers["a developer"]);
    const runId = await developer.start("hello", development);
    expect(await codeOf(who, ({ as }) => as.runs.getRun({ runId }))).toBe(expected);
    const listed = await codeOf(who, async ({ as }) => {
      const { runs } = await as.runs.listRuns(development);
      if (!runs.some(({ id }) => id === runId)) throw new ConnectError("not listed", Code.NotFound);
    });
    expect(listed).toBe(expected);
    await own.drop();
  });
});

describe("a page of another site", () => {
  const get = (origin: string, more: Record<string, string>) =>
    fetch(`${server.url}/interval.operator.v1.SessionService/GetSession`, {
      method: "POST",
      body: "{}",
      headers: { "content-type": "application/json", ...(origin ? { origin } : {}), ...more },
    });

  test.each<[string, string, Who, number]>([
    ["is refused with a cookie", "https://evil.example.com", "the starter", 403],
    ["is refused also from a sandbox", "null", "the starter", 403],
    ["is refused from another port of this machine", "http://localhost:1", "the starter", 403],
    ["may use a key that it has", "https://evil.example.com", "the environment's program", 200],
    ["that is our own may use the cookie", "self", "the starter", 200],
    ["that does not say so is a program", "", "the starter", 200],
  ])("%s", async (_what, origin, who, status) => {
    const response = await get(origin === "self" ? server.url : origin, headers[who]);
    expect(response.status).toBe(status);
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("cannot open streams either", async () => {
    const given = { ...headers["the starter"], origin: "https://evil.example.com" };
    await expect(server.operator(given).watch()).rejects.toThrow();
  });
});

test("a request that one person repeats in another organization is another request", async () => {
  const { id: userId, operator } = await server.person("kim", Role.MEMBER);
  const { id: organizationId } = await server.organization("third");
  await server.store.people.setMember({ organizationId, userId, role: Role.MEMBER });
  const { key } = await server.key("production", { organization: "third" });
  await server.host(key);
  const requestId = "the same";
  const there = { ...production, organization: "third", requestId };
  const runs = [await operator.start("hello", { requestId }), await operator.start("hello", there)];
  expect(new Set(runs).size).toBe(2);
  expect(await operator.start("hello", there)).toBe(runs[1]);
  expect((await operator.state(runs[1] ?? "")).run?.organization).toBe("third");
});
