import { create } from "@bufbuild/protobuf";
import {
  ActorSchema,
  CatalogSchema,
  FailureReason,
  HelloSchema,
  HostTransport,
  isOver,
  LiveRunSchema,
  limits,
  RunStatus,
  RunTrigger,
  SubscribeRequestSchema,
} from "@interval/proto";
import pino from "pino";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type DomainStore, openDomainStore } from "../../testing/domain-store.ts";
import { actions } from "../../testing/scripted-host.ts";
import { Profiles } from "../access/profiles.ts";
import { Background } from "../background.ts";
import { AttachedHost } from "../hosts/attached-host.ts";
import { Hosts } from "../hosts/hosts.ts";
import { Pages } from "../pages/pages.ts";
import { Watches } from "../watch/watches.ts";
import { Runs } from "./runs.ts";

const oneHour = 3_600_000;

let opened: DomainStore;
let hosts: Hosts;
let runs: Runs;
beforeEach(async () => {
  opened = await openDomainStore();
  hosts = new Hosts();
  const timing = {
    takeOverMs: 1000,
    handoverMs: 1000,
    driverAwayMs: 1000,
    hostGraceMs: 50,
    hostGoneMs: 50,
    cancelCleanUpMs: 50,
    abandonedRunMs: oneHour,
    fetchMs: 1,
    cleanUpMs: oneHour,
    messageMs: oneHour,
    heartbeatIntervalMs: 1,
    heartbeatTimeoutMs: 1,
  };
  const { journal, assets, people } = opened.store;
  runs = new Runs({
    journal,
    assets,
    people,
    hosts,
    timing,
    logs: limits.logs,
    logger: pino({ level: "silent" }),
    publicUrl: "http://localhost",
  });
});
afterEach(async () => {
  vi.useRealTimers();
  runs.close();
  await opened.close();
});

function attach(): AttachedHost {
  const catalog = create(CatalogSchema, actions("hello"));
  const hello = create(HelloSchema, { instanceId: "one", catalog });
  const host = new AttachedHost("host_1", opened.scope, hello, HostTransport.HTTP2);
  hosts.add(host);
  return host;
}

/** A host's stream has ended. */
function lose(host: AttachedHost): void {
  host.frames.close();
  hosts.remove(host);
  runs.link.lost(host);
}

function start(trigger = RunTrigger.API, starterId = "key_1") {
  const entry = hosts.entries(opened.scope).get("hello");
  if (!entry) throw new Error("Nobody offers the action.");
  const { organization, environment, scope } = opened;
  const actor = create(ActorSchema, { kind: { case: "apiKey", value: { id: starterId } } });
  return runs.start(
    { organization, environment, scope, starterId, person: undefined, membership: undefined },
    { entry, params: {}, actor, trigger, tabId: "", requestId: "" },
  );
}

/** What a host was told. */
async function told(host: AttachedHost) {
  host.frames.close();
  const kinds: Array<string | undefined> = [];
  for await (const batch of host.frames) kinds.push(...batch.map(({ body }) => body.case));
  return kinds;
}

test("a host that is lost while its run is being stored has the grace, and no longer", async () => {
  const host = attach();
  const starting = start();
  lose(host);
  const { run } = await starting;
  await expect.poll(async () => isOver((await runs.find(run?.id ?? "")).state.run)).toBe(true);
  const { state } = await runs.find(run?.id ?? "");
  expect(state.run?.status).toBe(RunStatus.FAILED);
  expect(state.finished?.outcome).toMatchObject({ value: { reason: FailureReason.HOST_GONE } });
});

test.each([
  ["before", -1],
  ["as", 0],
  ["while", 3],
  ["while", 12],
  ["after", 500],
])("a host that is lost again %s its runs are seen to has the grace, and no longer", async (_, turns) => {
  const first = attach();
  const { run } = await start();
  const runId = run?.id ?? "";
  lose(first);
  const back = attach();
  const liveRuns = [create(LiveRunSchema, { runId })];
  const verdicts = await runs.link.verdicts(back, liveRuns);
  expect(verdicts).toMatchObject([{ resumed: true }]);
  if (turns < 0) lose(back);
  const resumed = runs.link.resume(back, liveRuns, verdicts);
  for (let turn = 0; turn < turns; turn++) await null;
  if (turns >= 0) lose(back);
  await resumed;
  await expect.poll(async () => RunStatus[(await runs.find(runId)).state.run?.status ?? 0]).toBe("FAILED");
});

test("a host that attaches anew while its run is being stored is given it", async () => {
  const first = attach();
  const starting = start();
  const second = attach();
  await starting;
  expect(await told(first)).toEqual([]);
  expect(await told(second)).toEqual(["startRun"]);
});

test("a wait ends with what it waits for, with its span, or with its caller", async () => {
  attach();
  const { run } = await start();
  const id = run?.id ?? "";
  const never = new AbortController();
  const abort = new AbortController();
  const [short, aborted, long] = [
    runs.settle(id, 1, never.signal),
    runs.settle(id, oneHour, abort.signal),
    runs.settle(id, oneHour, never.signal),
  ];
  expect((await short).run?.status).toBe(RunStatus.STARTING);
  abort.abort();
  expect((await aborted).run?.status).toBe(RunStatus.STARTING);
  await runs.fail(id, FailureReason.PROTOCOL, "It broke.");
  expect((await long).run?.status).toBe(RunStatus.FAILED);
  expect((await runs.settle(id, oneHour, never.signal)).run?.status).toBe(RunStatus.FAILED);
  expect(runs.news.hasListeners(id)).toBe(false);
});

test("a run that a person started ends when it was without a viewer for a while, whatever they looked at", async () => {
  attach();
  const { store, scope } = opened;
  const background = new Background(pino({ level: "silent" }));
  const pages = new Pages({ runs, hosts, assets: store.assets, publicUrl: "http://localhost", background });
  const watches = new Watches({
    runs,
    hosts,
    pages,
    profiles: new Profiles(store.people, () => undefined),
    people: store.people,
    journal: store.journal,
    timing: limits,
  });
  const { record } = await store.keys.createKey({ kind: "program", scope, createdByUserId: null, label: "" });
  const caller = { kind: "program" as const, key: record, person: undefined, memberships: [] };
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const { run } = await start(RunTrigger.OPERATOR, record.id);
  const runId = run?.id ?? "";
  const ending = async () => (await runs.find(runId)).state.cancelRequested !== undefined;

  const watch = watches.open(caller);
  const subscribe = (subscriptionId: string) => {
    const topic = { case: subscriptionId as "run" | "logs", value: { runId } };
    return watches.subscribe(caller, create(SubscribeRequestSchema, { watchId: watch.id, subscriptionId, topic }));
  };
  vi.advanceTimersByTime(oneHour - 1);
  await subscribe("run");
  await subscribe("logs");
  vi.advanceTimersByTime(2 * oneHour);
  expect(await ending()).toBe(false);

  watches.close(watch);
  vi.advanceTimersByTime(oneHour - 1);
  const waited = runs.settle(runId, 60_000, new AbortController().signal); // looks in once more
  await vi.advanceTimersByTimeAsync(60_000);
  await waited;
  expect(await ending()).toBe(false);
  vi.advanceTimersByTime(oneHour);
  await vi.waitFor(async () => expect(await ending()).toBe(true));
});
