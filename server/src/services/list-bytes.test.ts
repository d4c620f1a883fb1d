// Whatever programs and people say, a page of a list and an update of one that is watched stay small.
import { toBinary } from "@bufbuild/protobuf";
import {
  type CatalogEntry,
  CatalogUpdateSchema,
  HostsUpdateSchema,
  ListActionSettingsResponseSchema,
  ListActionsResponseSchema,
  ListEventsResponseSchema,
  ListLogsResponseSchema,
  ListRunsResponseSchema,
  limits,
  type OnlineHost,
  Role,
  RunSchema,
  toValue,
} from "@interval/proto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Operator, Viewer } from "../testing/operator.ts";
import { began, logs, type ScriptedHost } from "../testing/scripted-host.ts";
import { TestServer } from "../testing/test-server.ts";

const production = { organization: "main", environment: "production" };
const megabytes = "x".repeat(2_900_000);

let server: TestServer;
let key: string;
let program: Operator;
let admin: Operator;
let host: ScriptedHost;
let viewer: Viewer;
beforeAll(async () => {
  server = await TestServer.start();
  ({ key } = await server.key());
  program = server.program(key);
  admin = (await server.person("ada", Role.ADMIN)).operator;
  const route = { path: "hello", name: "n".repeat(50_000), kind: { case: "action" as const, value: {} } };
  host = await server.host(key, { hello: { catalog: { digest: "1", routes: [route] } } });
  viewer = await admin.watch();
});
afterAll(() => server.close());

describe("60 runs with parameters of 2.9 MB", () => {
  const runIds: string[] = [];
  let list: string;
  beforeAll(async () => {
    list = await viewer.subscribe({ case: "runList", value: production });
    for (let i = 0; i < 60; i++) {
      const params = { text: toValue(megabytes) };
      runIds.push(await program.start("hello", { params }));
    }
  }, 120_000);

  test("are a small page, and each has its parameters by itself", async () => {
    const page = await program.runs.listRuns({ pageSize: 200 });
    expect(page.runs).toHaveLength(60);
    expect(toBinary(ListRunsResponseSchema, page).length).toBeLessThan(100_000);
    const { run } = await program.state(runIds[0] ?? "");
    expect(run?.params).toEqual({ text: toValue(megabytes) });
    expect(run?.actionName).toHaveLength(50_000);
  });

  test("are told small to who watches the list", async () => {
    const told = new Map<string, number>();
    while (told.size < 60) {
      const run = await viewer.next(list, "run");
      told.set(run.id, toBinary(RunSchema, run).length);
    }
    expect(Math.max(...told.values())).toBeLessThan(1000);
  });

  test("are filtered by small facets, and found by what their parameters say", async () => {
    const { actions } = await program.runs.getRunFacets({});
    expect(actions.map(({ path, name }) => [path, name.length])).toEqual([["hello", limits.listedName]]);
    expect((await program.runs.listRuns({ filter: { text: "xxx" } })).runs).toHaveLength(50);
  });
});

test("a journal of large events is listed a little at a time, each event whole", async () => {
  const runId = await program.start();
  host.say(runId, began);
  for (let i = 0; i < 20; i++) {
    host.say(runId, logs(`${i} ${"x".repeat(700_000)}`));
    if (i % 4 === 3) await host.acknowledged(runId);
  }
  const seen: bigint[] = [];
  for (let more = true; more; ) {
    const page = await program.runs.listEvents({ runId, afterSequence: seen.at(-1), pageSize: 200 });
    expect(toBinary(ListEventsResponseSchema, page).length).toBeLessThan(1.1 * limits.listBytes);
    seen.push(...page.events.map(({ sequence }) => sequence));
    more = page.hasMore;
  }
  expect(seen).toEqual(Array.from({ length: 22 }, (_, i) => BigInt(i + 1)));
  const log = await program.runs.listLogs({ runId, pageSize: 200 });
  expect(log.lines).toHaveLength(20);
  expect(toBinary(ListLogsResponseSchema, log).length).toBeLessThan(100_000);
});

test("a viewer who has missed much is sent the state in place of the events", async () => {
  const runId = await program.start();
  host.say(runId, began);
  for (let i = 0; i < limits.catchUpEvents + 10; i++) {
    host.say(runId, { case: "loading", value: { loading: { label: `Step ${i}` } } });
  }
  await host.acknowledged(runId);
  const topic = (afterSequence: bigint) => ({ case: "run" as const, value: { runId, afterSequence } });
  const { sequence } = await viewer.next(await viewer.subscribe(topic(1n)), "runState");
  const few = await viewer.subscribe(topic(sequence - 3n));
  const events = [await viewer.next(few, "runEvent"), await viewer.next(few, "runEvent")];
  expect(events.map((event) => sequence - event.sequence)).toEqual([2n, 1n]);
  expect(viewer.of(few).map((kind) => kind.case)).not.toContain("runState");
});

describe("a catalogue of 2.5 MB", () => {
  const routes = Array.from({ length: 500 }, (_, i) => ({
    path: `large_${i}`,
    description: "d".repeat(5000),
    kind: { case: "action" as const, value: {} },
  }));
  const wanted = ["hello", ...routes.map(({ path }) => path)].sort();
  let topic: string;
  beforeAll(async () => {
    topic = await viewer.subscribe({ case: "catalog", value: production });
    for (const part of [routes.slice(0, 170), routes.slice(170, 340), routes.slice(340)]) {
      await server.host(key, { hello: { catalog: { digest: part[0]?.path, routes: part } } });
    }
  });

  test("comes to its viewers in parts", async () => {
    let entries: CatalogEntry[] = [];
    for (let parts = 0; entries.length < wanted.length || parts < 3; ) {
      const update = await viewer.next(topic, "catalog");
      expect(toBinary(CatalogUpdateSchema, update).length).toBeLessThan(1.1 * limits.listBytes);
      entries = update.part === 0 ? update.entries : entries.concat(update.entries);
      parts = update.part + 1;
      if (parts === 3) expect(update.more).toBe(false);
    }
    expect(entries.map(({ route }) => route?.path).sort()).toEqual(wanted);
    expect(viewer.of(topic).some((kind) => kind.case === "resync")).toBe(false);
  });

  test("is listed in pages that close at their bytes", async () => {
    const pages = {
      actions: async (pageToken: string) => {
        const page = await admin.actions.listActions({ ...production, pageSize: 200, pageToken });
        return { ...page, bytes: toBinary(ListActionsResponseSchema, page).length };
      },
      settings: async (pageToken: string) => {
        const page = await admin.settings.listActionSettings({ ...production, pageSize: 200, pageToken });
        return { ...page, bytes: toBinary(ListActionSettingsResponseSchema, page).length };
      },
    };
    for (const list of Object.values(pages)) {
      const paths: Array<string | undefined> = [];
      let pageToken = "";
      do {
        const page = await list(pageToken);
        expect(page.bytes).toBeLessThan(1.1 * limits.listBytes);
        paths.push(...page.entries.map(({ route }) => route?.path));
        pageToken = page.nextPageToken;
      } while (pageToken);
      expect(paths.sort()).toEqual(wanted);
    }
  });
});

test("hosts with long faults are told in parts, with the beginning of each fault", async () => {
  const long = "y".repeat(10_000);
  const routeFaults = Array.from({ length: 20 }, (_, i) => ({ file: `${i}${long}`, message: long, stack: long }));
  for (let i = 0; i < 12; i++) await server.host(key, { hello: { instanceId: `faulty_${i}`, routeFaults } });
  const topic = await viewer.subscribe({ case: "hosts", value: production });
  let hosts: OnlineHost[] = [];
  for (let more = true; more; ) {
    const update = await viewer.next(topic, "hosts");
    expect(toBinary(HostsUpdateSchema, update).length).toBeLessThan(1.1 * limits.listBytes);
    if (update.kind.case !== "all") continue;
    hosts = update.kind.value.part === 0 ? update.kind.value.hosts : hosts.concat(update.kind.value.hosts);
    more = update.kind.value.more;
  }
  const [fault] = hosts.find(({ instanceId }) => instanceId === "faulty_0")?.routeFaults ?? [];
  const { file, message, stack } = limits.listedFault;
  expect([fault?.file.length, fault?.message.length, fault?.stack?.length]).toEqual([file, message, stack]);
  expect(hosts.filter(({ instanceId }) => instanceId.startsWith("faulty_"))).toHaveLength(12);
});
