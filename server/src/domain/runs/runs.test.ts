import { create } from "@bufbuild/protobuf";
import { ActorSchema, CatalogSchema, FailureReason, HelloSchema, isOver, RunStatus, RunTrigger } from "@interval/proto";
import pino from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type DomainStore, openDomainStore } from "../../testing/domain-store.ts";
import { actions } from "../../testing/scripted-host.ts";
import { AttachedHost } from "../hosts/attached-host.ts";
import { Hosts } from "../hosts/hosts.ts";
import { Runs } from "./runs.ts";

let opened: DomainStore;
let hosts: Hosts;
let runs: Runs;
beforeEach(async () => {
  opened = await openDomainStore();
  hosts = new Hosts();
  const timing = {
    hostGraceMs: 50,
    cancelCleanUpMs: 50,
    abandonedRunMs: 3_600_000,
    fetchMs: 1,
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
    logger: pino({ level: "silent" }),
    publicUrl: "http://localhost",
  });
});
afterEach(async () => {
  runs.close();
  await opened.close();
});

function attach(): AttachedHost {
  const catalog = create(CatalogSchema, actions("hello"));
  const host = new AttachedHost("host_1", opened.scope, create(HelloSchema, { instanceId: "one", catalog }));
  hosts.add(host);
  return host;
}

function start() {
  const entry = hosts.entries(opened.scope).get("hello");
  if (!entry) throw new Error("Nobody offers the action.");
  const { organization, environment, scope } = opened;
  const actor = create(ActorSchema, { kind: { case: "apiKey", value: { id: "key_1" } } });
  return runs.start(
    { organization, environment, scope, person: undefined, membership: undefined },
    { entry, params: {}, actor, trigger: RunTrigger.API, tabId: "", requestId: "" },
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
  hosts.remove(host);
  runs.link.lost(host);
  const { run } = await starting;
  await expect.poll(async () => isOver((await runs.find(run?.id ?? "")).state.run)).toBe(true);
  const { state } = await runs.find(run?.id ?? "");
  expect(state.run?.status).toBe(RunStatus.FAILED);
  expect(state.finished?.outcome).toMatchObject({ value: { reason: FailureReason.HOST_GONE } });
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
    runs.settle(id, 3_600_000, abort.signal),
    runs.settle(id, 3_600_000, never.signal),
  ];
  expect((await short).run?.status).toBe(RunStatus.STARTING);
  abort.abort();
  expect((await aborted).run?.status).toBe(RunStatus.STARTING);
  await runs.fail(id, FailureReason.PROTOCOL, "It broke.");
  expect((await long).run?.status).toBe(RunStatus.FAILED);
  expect((await runs.settle(id, 3_600_000, never.signal)).run?.status).toBe(RunStatus.FAILED);
  expect(runs.news.hasListeners(id)).toBe(false);
});
