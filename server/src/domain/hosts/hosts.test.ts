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

interface AttachOptions {
  digest?: string;
  scope?: Scope;
  program?: MessageInitShape<typeof HelloSchema>;
  files?: Record<string, string>;
  /** What the process was told before, after a restart of the server. */
  claimed?: number;
}

function attach(
  instanceId: string,
  routes: Route[],
  { digest = "", scope = production, program, files = {}, claimed }: AttachOptions = {},
): AttachedHost {
  const catalog = { ...catalogOf(routes, digest), files };
  const host = new AttachedHost(
    `host_${instanceId}`,
    scope,
    create(HelloSchema, { ...program, instanceId, catalog }),
    HostTransport.HTTP2,
  );
  host.attachedAt = hosts.attachTime(scope, instanceId, claimed);
  hosts.add(host);
  return host;
}

/** The notices that a host was sent; nothing is sent to it after this. */
async function noticesOf(host: AttachedHost): Promise<string[]> {
  host.frames.close();
  const texts: string[] = [];
  for await (const batch of host.frames) {
    for (const { body } of batch) if (body.case === "notice") texts.push(body.value.text);
  }
  return texts;
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

  test("knows the next version of a program by its name, and by its place where every route has another slug", () => {
    const at = (name: string, directory = "/app") => ({ program: { name, hostname: "one", directory } });
    hosts.remove(attach("one", [action("hello")], at("billing")));
    attach("two", [action("other"), action("hello-2")], at("support"));
    expect(listed()).toHaveLength(3); // another program in the same place
    attach("three", [action("good-day")], at("billing"));
    expect(listed().map(([path]) => path)).toEqual(["good-day", "hello-2", "other"]);
    const four = attach("four", [action("hello-2"), action("own")], at("clash", "/elsewhere"));
    hosts.remove(four);
    expect(hosts.entries(production).get("own")?.hostsOnline).toBe(0); // a clash is no next version
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

describe("two programs with one slug", () => {
  const own = { name: "own", hostname: "laptop", pid: 11, directory: "/home/ada/own" };
  const example = { name: "example", hostname: "laptop", pid: 12, directory: "/home/ada/example" };
  const offer = (instanceId: string, digest: string, more: AttachOptions = {}) =>
    attach(instanceId, [action("hello"), action(digest)], { digest, ...more });

  test("are told to each other, with file, machine and process, once for as long as they stand", async () => {
    const older = offer("one", "a", { program: own, files: { hello: "routes/hello.ts" } });
    const newer = offer("two", "b", { program: example, files: { hello: "src/hello.js" } });
    offer("one", "a", { program: own });
    hosts.archive(production, "hello", true);
    expect(hosts.clashes(production)).toHaveLength(1);
    const [toNewer, ...more] = await noticesOf(newer);
    expect(more).toEqual([]);
    expect(toNewer).toBe(
      'Two programs offer "hello" (routes/hello.ts). The other one is "own" (on laptop, process 11, in /home/ada/own, host host_one). ' +
        "This program attached later, so it serves them and the other one does not. " +
        "Give one of them other slugs, or stop it. Runs that are open go on where they are.",
    );
    expect(await noticesOf(older)).toEqual([
      expect.stringMatching(
        /^Two programs offer "hello" \(src\/hello\.js\)\. The other one is "example" \(on laptop, process 12,.* attached later, so it serves them and this one does not\./,
      ),
    ]);
  });

  test("run the newer one alone; once that leaves, or takes the route away, the older serves it again", () => {
    offer("one", "a");
    const newer = offer("two", "b");
    expect(chosen("hello", 3)).toEqual(["two", "two", "two"]);
    expect(listed().map(([path, , online]) => [path, online])).toEqual([
      ["a", 1],
      ["b", 1],
      ["hello", 1],
    ]);
    hosts.changeCatalog(newer, catalogOf([action("b")], "b2"));
    expect(chosen("hello", 2)).toEqual(["one", "one"]);
    expect(hosts.clashes(production)).toEqual([]);
    hosts.changeCatalog(newer, catalogOf([action("b"), action("hello")], "b3"));
    expect(chosen("hello", 2)).toEqual(["two", "two"]);
    hosts.remove(newer);
    expect(chosen("hello", 2)).toEqual(["one", "one"]);
  });

  test("keep their order when the older connects again, and after a restart of the server", () => {
    const one = offer("one", "a");
    const two = offer("two", "b");
    offer("one", "a");
    expect(chosen("hello", 2)).toEqual(["two", "two"]);
    hosts.remove(hosts.ofInstance(production, "one") ?? one);
    offer("one", "a", { claimed: one.attachedAt });
    expect(chosen("hello", 2)).toEqual(["two", "two"]);
    hosts = new Hosts();
    offer("two", "b", { claimed: two.attachedAt });
    offer("one", "a", { claimed: one.attachedAt });
    expect(chosen("hello", 2)).toEqual(["two", "two"]);
    expect(one.attachedAt).toBeLessThan(two.attachedAt);
    offer("three", "c", { claimed: Date.now() + 1_000_000 });
    offer("four", "d");
    expect(chosen("hello", 2)).toEqual(["four", "four"]); // who claims the future is not newer for ever
  });

  test("are none where the digest is the same, or the process: there the newer replaces the older", () => {
    offer("one", "a", { program: own });
    offer("two", "a", { program: example });
    expect(hosts.clashes(production)).toEqual([]);
    offer("three", "c", { program: example });
    expect(hosts.clashes(production).map(({ older }) => older.instanceId)).toEqual(["one"]);
  });

  test("count as serving only where they do", () => {
    attach("one", [action("hello")], { digest: "x" });
    attach("two", [action("hello")], { digest: "y" });
    attach("three", [action("hello")], { digest: "x" });
    expect(listed()).toEqual([["hello", "Hello", 2, false]]);
    expect(hosts.serving(production, "hello").map(({ instanceId }) => instanceId)).toEqual(["one", "three"]);
  });

  test("are told in short where they have many", async () => {
    const many = Array.from({ length: 300 }, (_, i) => action(`action_${i}`));
    attach("one", many, { digest: "x" });
    const [text] = await noticesOf(attach("two", many, { digest: "y" }));
    expect(text).toContain('"action_19" and 280 more. The other one is a program without a name (host host_one).');
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
