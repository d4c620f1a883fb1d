import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type CatalogEntry,
  CatalogSchema,
  HelloSchema,
  HostTransport,
  limits,
  type RouteSchema,
} from "@interval/proto";
import { beforeEach, describe, expect, test } from "vitest";
import type { Scope } from "../../store/store.ts";
import { scopeKey } from "../access/place.ts";
import { InvalidError, QuotaError } from "../errors.ts";
import { AttachedHost } from "./attached-host.ts";
import { checkCatalog } from "./catalog.ts";
import { Hosts } from "./hosts.ts";

type Route = MessageInitShape<typeof RouteSchema>;

const production: Scope = { organizationId: "org_1", environmentId: "env_1", userId: null };
const action = (path: string, more: Route = {}): Route => ({ path, kind: { case: "action", value: {} }, ...more });
const catalogOf = (routes: Route[], digest = "") => create(CatalogSchema, { digest, routes });

let hosts: Hosts;
beforeEach(() => {
  hosts = new Hosts();
});

function attach(instanceId: string, routes: Route[], { digest = "", scope = production } = {}): AttachedHost {
  const hello = create(HelloSchema, { instanceId, catalog: catalogOf(routes, digest) });
  const host = new AttachedHost(`host_${instanceId}`, scope, hello, HostTransport.HTTP2);
  hosts.add(host);
  return host;
}

/** What is listed: path, name, how many hosts serve it, and whether it says when it was last seen. */
const listed = (scope = production) =>
  [...hosts.entries(scope).values()].map(({ route, hostsOnline, lastSeen }) => [
    route?.path,
    route?.name,
    hostsOnline,
    lastSeen !== undefined,
  ]);

/** The hosts that take the next runs. */
const chosen = (path: string, count: number) =>
  Array.from({ length: count }, () => hosts.choose(production, path)?.instanceId ?? "none");

describe("a catalogue", () => {
  test("is the union of what hosts offer, by path", () => {
    attach("one", [action("b"), action("a")]);
    attach("two", [action("c"), action("b")]);
    expect(listed()).toEqual([
      ["a", "A", 1, false],
      ["b", "B", 2, false],
      ["c", "C", 1, false],
    ]);
  });

  test("has each route as the newest host defines it", () => {
    attach("one", [action("a", { name: "Old" })]);
    const two = attach("two", [action("a", { name: "New" })]);
    expect(listed()).toEqual([["a", "New", 2, false]]);
    hosts.remove(two);
    expect(listed()).toEqual([["a", "Old", 1, false]]);
  });

  test("keeps what hosts that have gone did offer, and says when it was last seen", () => {
    const host = attach("one", [action("a")]);
    attach("two", [action("b")]);
    const before = Date.now();
    hosts.remove(host);
    expect(listed()).toEqual([
      ["a", "A", 0, true],
      ["b", "B", 1, false],
    ]);
    const lastSeen = Number(hosts.entries(production).get("a")?.lastSeen?.seconds);
    expect(lastSeen).toBeGreaterThanOrEqual(Math.floor(before / 1000));
    attach("three", [action("a")]);
    expect(listed()[0]).toEqual(["a", "A", 1, false]);
  });

  test("forgets what a host no longer offers, unless it offers nothing any more and is about to leave", () => {
    const host = attach("one", [action("a"), action("b")]);
    hosts.changeCatalog(host, catalogOf([action("b"), action("c")]));
    expect(listed().map(([path]) => path)).toEqual(["b", "c"]);
    hosts.changeCatalog(host, catalogOf([]));
    const offline = [
      ["b", "B", 0, true],
      ["c", "C", 0, true],
    ];
    expect(listed()).toEqual(offline);
    hosts.remove(host);
    expect(listed()).toEqual(offline);
  });

  test("forgets at once what the next version of a departed program no longer offers; what is archived stays so", () => {
    hosts.remove(attach("one", [action("a"), action("renamed")]));
    hosts.remove(attach("other", [action("elsewhere")]));
    hosts.archive(production, "renamed", true);
    attach("two", [action("a"), action("new-name")]);
    expect(listed().map(([path, , online]) => [path, online])).toEqual([
      ["a", 1],
      ["elsewhere", 0],
      ["new-name", 1],
    ]);
    attach("three", [action("renamed")]);
    expect(hosts.entries(production).get("renamed")?.archived).toBe(true);
    const older = attach("four", [action("x"), action("old-name")]);
    attach("five", [action("x")]); // the next version is there before the earlier one leaves
    hosts.remove(older);
    expect(hosts.entries(production).has("old-name")).toBe(false);
  });

  test("forgets what was offline for long, and the oldest of too many", () => {
    const told: number[] = [];
    hosts.changes.listen(scopeKey(production), (entries) => told.push(entries.size));
    hosts.remove(attach("one", [action("a")]));
    hosts.forgetDeparted(60_000);
    expect(listed()).toHaveLength(1);
    hosts.forgetDeparted(-1);
    expect(listed()).toEqual([]);
    expect(told).toEqual([1, 1, 0]);
    const many = Array.from({ length: limits.departedRoutes }, (_, i) => action(`r${i}`));
    hosts.remove(attach("two", many));
    hosts.remove(attach("three", [action("last")]));
    expect(listed()).toHaveLength(limits.departedRoutes);
    expect(hosts.entries(production).has("last")).toBe(true);
    expect(hosts.entries(production).has("r0")).toBe(false);
  });

  test.each<[string, Route[], string]>([
    ["too many routes", Array.from({ length: 5001 }, (_, i) => action(`r${i}`)), "5001 routes; at most 5000"],
    ["a large route", [action("a", { description: "x".repeat(70_000) })], '"a" has 68.'],
    [
      "large routes",
      Array.from({ length: 40 }, (_, i) => action(`r${i}`, { description: "x".repeat(60_000) })),
      "more than 2 MiB in all",
    ],
  ])("with %s is refused", (_what, routes, message) => {
    expect(() => checkCatalog(catalogOf(routes))).toThrow(QuotaError);
    expect(() => checkCatalog(catalogOf(routes))).toThrow(message);
  });

  test("of one environment is not that of another, nor of another person's development", () => {
    const development = { ...production, environmentId: "env_2" };
    attach("one", [action("a")], { scope: { ...development, userId: "user_ann" } });
    expect(listed()).toEqual([]);
    expect(listed({ ...development, userId: "user_bob" })).toEqual([]);
    expect(listed({ ...development, userId: "user_ann" })).toHaveLength(1);
  });

  test("says which actions are put away, whoever offers them, until they are put back", () => {
    attach("a", [action("hello"), action("refund")]);
    const archived = () => [...hosts.entries(production).values()].map((entry) => entry.archived);
    hosts.archive(production, "refund", true);
    hosts.archive(production, "nothing", true);
    expect(archived()).toEqual([false, true]);
    attach("b", [action("refund", { name: "Refund!" })]);
    expect(archived()).toEqual([false, true]);
    hosts.archive(production, "refund", false);
    expect(archived()).toEqual([false, false]);
  });

  test("is told once for each change, also when a process attaches again", () => {
    const told: Array<Array<[string, number]>> = [];
    const tell = (entries: ReadonlyMap<string, CatalogEntry>) =>
      told.push([...entries].map(([path, { hostsOnline }]) => [path, hostsOnline]));
    const end = hosts.changes.listen(scopeKey(production), tell);
    const host = attach("one", [action("a")]);
    attach("one", [action("a"), action("b")]);
    expect(hosts.remove(host)).toBe(false);
    end();
    attach("two", [action("c")]);
    expect(told).toEqual([
      [["a", 1]],
      [
        ["a", 1],
        ["b", 1],
      ],
    ]);
  });

  test.each<[string, string | undefined, string]>([
    ["users/refund_user", undefined, "Refund user"],
    ["sign-up.now", undefined, "Sign up now"],
    ["a", "Named", "Named"],
  ])("names %s %s as %j", (path, name, expected) => {
    attach("one", [action(path, { name })]);
    expect(listed()[0]?.[1]).toBe(expected);
  });

  test.each<[string, string[], RegExp | undefined]>([
    ["plain slugs", ["a", "a/b", "A_b-c.d/1"], undefined],
    ["a space", ["a b"], /"a b" has the slug "a b"/],
    ["an empty slug", ["a//b"], /the slug ""/],
    ["nothing", [""], /the slug ""/],
    ["a dot", ["a/."], /the slug "\."/],
    ["two dots", ["../a"], /the slug "\.\."/],
    ["the same twice", ["a", "a"], /"a" is there twice/],
  ])("with %s is checked", (_what, paths, message) => {
    const check = () => checkCatalog(catalogOf(paths.map((path) => action(path))));
    if (message) expect(check).toThrow(InvalidError);
    if (message) expect(check).toThrow(message);
    else expect(check).not.toThrow();
  });
});

describe("runs", () => {
  test("go in turn to hosts that offer the same", () => {
    attach("one", [action("a")], { digest: "x" });
    attach("two", [action("a")], { digest: "x" });
    expect(chosen("a", 4).sort()).toEqual(["one", "one", "two", "two"]);
  });

  test("go to the newest program alone, while an older one is there too", () => {
    attach("one", [action("a"), action("b")], { digest: "old" });
    const two = attach("two", [action("a")], { digest: "new" });
    expect(chosen("a", 3)).toEqual(["two", "two", "two"]);
    expect(chosen("b", 1)).toEqual(["one"]);
    hosts.remove(two);
    expect(chosen("a", 1)).toEqual(["one"]);
  });

  test("go to no host that is about to leave", () => {
    const one = attach("one", [action("a")], { digest: "x" });
    attach("two", [action("a")], { digest: "x" });
    hosts.changeCatalog(one, catalogOf([]));
    expect(chosen("a", 3)).toEqual(["two", "two", "two"]);
    expect(hosts.ofInstance(production, "one")).toBe(one); // its open runs go on
  });

  test("go nowhere when nobody is there", () => {
    expect(chosen("a", 1)).toEqual(["none"]);
    hosts.remove(attach("one", [action("a")]));
    expect(chosen("a", 1)).toEqual(["none"]);
  });
});

describe("a process", () => {
  test("that attaches again replaces its earlier connection", () => {
    const first = attach("one", [action("a")]);
    const second = attach("one", [action("a")]);
    expect(hosts.ofInstance(production, "one")).toBe(second);
    expect([...hosts.all()]).toEqual([second]);
    expect(hosts.remove(first)).toBe(false);
    expect(listed()).toEqual([["a", "A", 1, false]]);
  });

  test("of another environment takes no place by claiming an instance id", () => {
    const host = attach("one", [action("a")]);
    const other = { ...production, environmentId: "env_2" };
    attach("one", [action("b")], { scope: other });
    expect(hosts.ofInstance(production, "one")).toBe(host);
    expect(listed()).toEqual([["a", "A", 1, false]]);
  });
});

describe("what a host has missed", () => {
  const cancel = { case: "cancel", value: {} } as const;
  const sent = async (host: AttachedHost) => {
    host.frames.close();
    const sequences: bigint[] = [];
    for await (const batch of host.frames) sequences.push(...batch.map(({ sequence }) => sequence));
    return sequences;
  };

  test("is sent before what happens meanwhile, each of it once", async () => {
    const host = attach("one", []);
    host.hold("run_1");
    host.sendToRun("run_1", cancel, 6n);
    host.sendToRun("run_1", cancel, 7n);
    host.sendToRun("run_2", cancel, 2n);
    for (const sequence of [5n, 6n]) host.send({ scope: { case: "runId", value: "run_1" }, body: cancel, sequence });
    host.release("run_1", 6n);
    host.sendToRun("run_1", cancel, 8n);
    expect(await sent(host)).toEqual([2n, 5n, 6n, 7n, 8n]);
  });

  test("does not hold up what is told once", async () => {
    const host = attach("one", []);
    host.hold("run_1");
    host.sendToRun("run_1", { case: "ack", value: { sequence: 1n } });
    expect(await sent(host)).toEqual([0n]);
  });
});
