// Subscriptions that are opened and closed at once, over every topic, while the store takes its time.
import { setTimeout as delay } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import {
  ActorSchema,
  HelloSchema,
  HostTransport,
  Role,
  RunTrigger,
  type SubscribeRequest,
  SubscribeRequestSchema,
} from "@interval/proto";
import pino from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Caller } from "../../auth/identity.ts";
import { resolveConfig } from "../../config.ts";
import { type DomainStore, openDomainStore } from "../../testing/domain-store.ts";
import { withPages } from "../../testing/scripted-host.ts";
import { Profiles } from "../access/profiles.ts";
import { Background } from "../background.ts";
import { AttachedHost } from "../hosts/attached-host.ts";
import { Hosts } from "../hosts/hosts.ts";
import { Pages } from "../pages/pages.ts";
import { Runs } from "../runs/runs.ts";
import { Watches } from "./watches.ts";

const place = { organization: "main", environment: "production" };
const raceCount = 200;

let opened: DomainStore;
let caller: Extract<Caller, { kind: "person" }>;
let hosts: Hosts;
let runs: Runs;
let pages: Pages;
let profiles: Profiles;
let watches: Watches;
let runIds: string[];
let closing: Array<() => void>;
let isBroken = false;

beforeEach(async () => {
  opened = await openDomainStore();
  closing = [];
  isBroken = false;
  const { store, organization, environment, scope } = opened;
  const id = await opened.createPerson("ann@example.com");
  await store.people.setMember({ organizationId: organization.id, userId: id, role: Role.ADMIN });
  const [person, memberships] = [await store.people.readPerson(id), await store.people.listMemberships(id)];
  if (!person) throw new Error("The person is gone.");
  caller = { kind: "person", person, memberships, sessionId: "session" };

  hosts = new Hosts();
  const hello = create(HelloSchema, { instanceId: "one", catalog: withPages });
  hosts.add(new AttachedHost("host_1", scope, hello, HostTransport.HTTP2));
  const actor = create(ActorSchema, { kind: { case: "apiKey", value: { id: "key" } } });
  const starting = openRuns(store.journal);
  const entry = hosts.entries(scope).get("hello");
  if (!entry) throw new Error("The host offers nothing.");
  const start = async () => {
    const at = { organization, environment, scope, starterId: "key", person: undefined, membership: undefined };
    const command = { entry, params: {}, actor, trigger: RunTrigger.API, tabId: "", requestId: "" };
    return (await starting.start(at, command)).run?.id ?? "";
  };
  runIds = await Promise.all(Array.from({ length: raceCount }, start));

  const journal = slow(store.journal);
  runs = openRuns(journal); // has none of the runs in memory
  const background = new Background(pino({ level: "silent" }));
  pages = new Pages({ runs, hosts, assets: store.assets, publicUrl: "http://localhost", background });
  profiles = new Profiles(slow(store.people), () => undefined);
  const timing = { heartbeatIntervalMs: 10 };
  watches = new Watches({ runs, hosts, pages, profiles, people: slow(store.people), journal, timing });
});
afterEach(async () => {
  watches.closeAll();
  for (const close of closing) close();
  await opened.close();
});

function openRuns(journal: DomainStore["store"]["journal"]): Runs {
  const { timing, logs } = resolveConfig({ PORT: "0" }, { dashboardDir: "", sdkFile: "" });
  const { assets, people } = opened.store;
  const logger = pino({ level: "silent" });
  const made = new Runs({ journal, assets, people, hosts, timing, logs, logger, publicUrl: "http://localhost" });
  closing.push(() => made.close());
  return made;
}

/** The same store, which answers after up to 8 ms, and not at all while it is broken. */
function slow<T extends object>(store: T): T {
  return new Proxy(store, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== "function") return method;
      return async (...given: unknown[]) => {
        await delay(Math.random() * 8);
        if (isBroken) throw new Error("The disk is full.");
        return method.apply(target, given);
      };
    },
  });
}

/** A topic of each kind in turn. */
function topicOf(i: number): SubscribeRequest["topic"] {
  const runId = runIds[i];
  const topics = [
    { case: "run", value: { runId, tabId: "tab" } },
    { case: "run", value: { runId, tabId: "tab", afterSequence: 1n } },
    { case: "logs", value: { runId } },
    { case: "catalog", value: place },
    { case: "runList", value: place },
    { case: "page", value: { ...place, page: "about" } },
    { case: "hosts", value: place },
    { case: "profile", value: {} },
  ] as const;
  return create(SubscribeRequestSchema, { topic: topics[i % topics.length] }).topic;
}

/** What is left of subscriptions: who listens, seats at runs, and pages that hosts show. */
function left() {
  return {
    listeners: [runs.news, runs.lists, hosts.changes, profiles.changes].map(({ size }) => size),
    seats: runs.handovers.presence.watching,
    pages: pages.size,
  };
}

test(`${raceCount} races of opening and closing leave nothing behind, over every topic`, async () => {
  const soon = () => delay(Math.random() * 12);
  const race = async (i: number): Promise<unknown> => {
    const watch = watches.open(caller);
    const subscribe = (topic = topicOf(i)) =>
      watches
        .subscribe(caller, create(SubscribeRequestSchema, { watchId: watch.id, subscriptionId: "it", topic }))
        .catch((error: Error) => error.name);
    switch (Math.floor(i / 8) % 5) {
      case 0: // taken off while it is opened
        return Promise.all([subscribe(), soon().then(() => watch.unsubscribe("it"))]);
      case 1: // overtaken by what takes it off
        watch.unsubscribe("it");
        return subscribe();
      case 2: // the browser is gone
        return Promise.all([subscribe(), soon().then(() => watches.close(watch))]);
      case 3: // replaced by another topic, and taken off
        return Promise.all([
          subscribe(),
          soon().then(() => subscribe(topicOf((i + 1) % raceCount))),
          delay(15).then(() => watch.unsubscribe("it")),
        ]);
      default: // replaced by itself, while the browser leaves
        return Promise.all([subscribe(), soon().then(() => subscribe()), soon().then(() => watches.close(watch))]);
    }
  };
  const outcomes = await Promise.all(Array.from({ length: raceCount }, (_, i) => race(i)));
  expect(left()).toEqual({ listeners: [0, 0, 0, 0], seats: 0, pages: 0 });
  // Some were open before they were taken off, others were not.
  expect(new Set(outcomes.flat(2))).toEqual(
    new Set([undefined, "AbortedError", "PreconditionError", "WatchGoneError"]),
  );
});

test("what is open is counted, and ends with the watch, also where a store fails", async () => {
  const watch = watches.open(caller);
  for (let i = 0; i < 8; i++) {
    const request = { watchId: watch.id, subscriptionId: String(i), topic: topicOf(i) };
    await watches.subscribe(caller, create(SubscribeRequestSchema, request));
  }
  expect(left()).toEqual({ listeners: [3, 3, 3, 1], seats: 2, pages: 1 });
  watches.close(watch);
  expect(left()).toEqual({ listeners: [0, 0, 0, 0], seats: 0, pages: 0 });

  const another = watches.open(caller);
  await runs.find(runIds[0] ?? ""); // in memory: only its events have to be read
  isBroken = true;
  const topics = [topicOf(1), topicOf(2)];
  for (const topic of topics) {
    const broken = { ...topic, value: { ...topic.value, runId: runIds[0] } } as SubscribeRequest["topic"];
    const request = { watchId: another.id, subscriptionId: "broken", topic: broken };
    await expect(watches.subscribe(caller, create(SubscribeRequestSchema, request))).rejects.toThrow(
      "The disk is full.",
    );
  }
  expect(left()).toEqual({ listeners: [0, 0, 0, 0], seats: 0, pages: 0 });
});
