import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { Role, type RunEvent, RunEventSchema, RunStateSchema, RunStatus } from "@interval/proto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Operator, Viewer } from "../../testing/operator.ts";
import { actions, asks, began, logs, type ScriptedHost } from "../../testing/scripted-host.ts";
import { TestServer } from "../../testing/test-server.ts";
import { newer } from "./topics/run-news.ts";

const production = { organization: "main", environment: "production" };

let server: TestServer;
let key: string;
let program: Operator;
let host: ScriptedHost;
let viewer: Viewer;
beforeEach(async () => {
  server = await TestServer.start({ timing: { heartbeatIntervalMs: 100 } });
  ({ key } = await server.key());
  program = server.program(key);
  host = await server.host(key);
  viewer = await program.watch();
});
afterEach(() => server.close());

async function askedRun(by = program): Promise<string> {
  const runId = await by.start();
  await host.next("startRun", runId);
  host.say(runId, began);
  host.say(runId, asks("name"));
  await host.acknowledged(runId);
  return runId;
}

/** The kinds of the events that a subscription was sent, once there are so many. */
async function events(of: Viewer, subscription: string, count: number) {
  const seen = [];
  while (seen.length < count) seen.push(await of.next(subscription, "runEvent"));
  return seen.map(({ kind, sequence }) => [kind.case, Number(sequence)]);
}

const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => "OK",
    (error: unknown) => Code[ConnectError.from(error).code],
  );

describe("a run", () => {
  test("is its state first, then every event once and in order", async () => {
    const runId = await askedRun();
    const id = await viewer.subscribe({ case: "run", value: { runId } });
    await program.answer(runId, "name");
    host.say(runId, { case: "accepted", value: { callKey: "name" } });
    const state = await viewer.next(id, "runState");
    expect(state).toMatchObject({ sequence: 3n, run: { status: RunStatus.AWAITING_INPUT } });
    expect(await events(viewer, id, 2)).toEqual([
      ["submitted", 4],
      ["accepted", 5],
    ]);
    expect(viewer.of(id).map((kind) => kind.case)).toEqual(["runState", "runEvent", "runEvent"]);
  });

  test("subscribed to again after a sequence is what came since, without the state", async () => {
    const runId = await askedRun();
    await program.answer(runId, "name");
    const id = await viewer.subscribe({ case: "run", value: { runId, afterSequence: 2n } });
    host.say(runId, { case: "accepted", value: { callKey: "name" } });
    expect(await events(viewer, id, 3)).toEqual([
      ["called", 3],
      ["submitted", 4],
      ["accepted", 5],
    ]);
    expect(viewer.of(id).map((kind) => kind.case)).not.toContain("runState");
  });

  test("has no gap and no event twice, however busy it is while it is subscribed to", async () => {
    const runId = await askedRun();
    const keys = Array.from({ length: 60 }, (_, i) => `call_${i}`);
    const subscriptions: string[] = [];
    for (const [i, callKey] of keys.entries()) {
      host.say(runId, asks(callKey));
      if (i % 10 === 5) {
        const afterSequence = i < 30 ? 0n : 1n;
        subscriptions.push(await viewer.subscribe({ case: "run", value: { runId, afterSequence } }));
      }
    }
    const last = BigInt(3 + keys.length);
    for (const id of subscriptions) {
      const sequences = () => {
        const kinds = viewer.of(id);
        const first = kinds[0]?.case === "runState" ? kinds[0].value.sequence : 1n;
        return [first, ...kinds.flatMap((kind) => (kind.case === "runEvent" ? [kind.value.sequence] : []))];
      };
      await expect.poll(() => sequences().at(-1)).toBe(last);
      const first = Number(sequences()[0]);
      expect(sequences().map(Number)).toEqual(Array.from({ length: Number(last) - first + 1 }, (_, i) => first + i));
    }
  });

  test("is not told of progress that came before what it was told already", () => {
    const loading = (sequence: bigint) =>
      create(RunEventSchema, { sequence, kind: { case: "loading", value: { loading: { label: "Reading" } } } });
    const finished = create(RunEventSchema, { sequence: 6n, kind: { case: "finished", value: {} } });
    const news = (events: RunEvent[], sequence: bigint) =>
      newer({ runId: "run_1", events, state: create(RunStateSchema, { sequence }) }, 6n).map(
        ({ sequence }) => sequence,
      );
    expect(news([loading(0n)], 5n)).toEqual([]);
    expect(news([loading(0n), finished], 6n)).toEqual([]);
    expect(news([finished, loading(0n), loading(7n)], 7n)).toEqual([0n, 7n]);
  });

  test("says what is only broadcast to those who look, and leaves log lines to their own topic", async () => {
    const runId = await askedRun();
    const id = await viewer.subscribe({ case: "run", value: { runId } });
    host.say(runId, logs("a line"));
    for (const done of [1n, 2n, 3n]) {
      host.say(runId, { case: "loading", value: { loading: { label: "Reading", itemsCompleted: done } } });
    }
    expect(await events(viewer, id, 3)).toEqual([
      ["loading", 5],
      ["loading", 0],
      ["loading", 0],
    ]);
  });

  test("is not sent any more once it is unsubscribed from", async () => {
    const runId = await askedRun();
    const [off, on] = [
      await viewer.subscribe({ case: "run", value: { runId } }),
      await viewer.subscribe({ case: "run", value: { runId } }),
    ];
    await viewer.unsubscribe(off);
    await viewer.unsubscribe("never");
    await program.answer(runId, "name");
    expect(await events(viewer, on, 1)).toEqual([["submitted", 4]]);
    expect(viewer.of(off).map((kind) => kind.case)).toEqual(["runState"]);
  });

  test("subscribed to under the id of another replaces it", async () => {
    const [first, second] = [await askedRun(), await askedRun()];
    await viewer.subscribe({ case: "run", value: { runId: first } }, "the one");
    await viewer.subscribe({ case: "run", value: { runId: second } }, "the one");
    await program.answer(first, "name");
    await program.answer(second, "name");
    const states = [await viewer.next("the one", "runState"), await viewer.next("the one", "runState")];
    expect(states.map(({ run }) => run?.id)).toEqual([first, second]);
    await viewer.next("the one", "runEvent");
    await program.runs.cancelRun({ runId: second });
    await viewer.next("the one", "runEvent");
    expect(viewer.of("the one")).toHaveLength(4);
  });

  test("shows stacks to developers and programs alone", async () => {
    const [ann, dev] = [await server.person("ann", Role.MEMBER), await server.person("dev", Role.ADMIN)];
    const runId = await askedRun(ann.operator);
    const failure = {
      type: "Error",
      message: "no",
      stack: "at secret.ts",
      cause: { message: "why", stack: "at cause.ts" },
      errors: [{ message: "one of several", stack: "at cause.ts" }],
    };
    const seen = [];
    for (const [operator, isShown] of [
      [ann.operator, false],
      [dev.operator, true],
      [program, true],
    ] as const) {
      const watch = await operator.watch();
      seen.push({ operator, watch, isShown, id: await watch.subscribe({ case: "run", value: { runId } }) });
    }
    host.say(runId, { case: "step", value: { key: "a", outcome: { case: "failure", value: failure } } });
    host.say(runId, { case: "finish", value: { outcome: { case: "failure", value: failure } } });
    for (const { operator, watch, isShown, id } of seen) {
      const told = [await watch.next(id, "runEvent"), await watch.next(id, "runEvent")];
      const later = await watch.subscribe({ case: "run", value: { runId } });
      const replayed = await watch.subscribe({ case: "run", value: { runId, afterSequence: 3n } });
      told.push(await watch.next(replayed, "runEvent"), await watch.next(replayed, "runEvent"));
      const states = [watch.of(later)[0]?.value, await operator.state(runId)];
      for (const text of [...told, ...states].map(asText)) {
        expect(text).toMatch(/"message":"no".*"one of several"/);
        expect(/secret\.ts|cause\.ts/.test(text)).toBe(isShown);
      }
    }
  });
});

const asText = (value: unknown) =>
  JSON.stringify(value, (_key, each) => (typeof each === "bigint" ? String(each) : each));

describe("logs", () => {
  const lines = async (id: string, count: number) => {
    const seen = [];
    while (seen.length < count) {
      const { lines } = await viewer.next(id, "logLines");
      for (const { kind } of lines) seen.push(kind.case === "logged" ? kind.value.values[0]?.kind.value : kind.case);
    }
    return seen;
  };

  test("are those so far, then each as it is said; after a sequence only newer ones", async () => {
    const runId = await askedRun();
    host.say(runId, logs("a"));
    host.say(runId, logs("b"));
    await host.acknowledged(runId);
    const all = await viewer.subscribe({ case: "logs", value: { runId } });
    host.say(runId, logs("c"));
    expect(await lines(all, 3)).toEqual(["a", "b", "c"]);
    const newer = await viewer.subscribe({ case: "logs", value: { runId, afterSequence: 5n } });
    host.say(runId, logs("d"));
    expect(await lines(newer, 2)).toEqual(["c", "d"]);
  });
});

describe("the catalogue", () => {
  const paths = async (of: Viewer, id: string) =>
    (await of.next(id, "catalog")).entries.map(({ route, hostsOnline }) => `${route?.path} ${hostsOnline}`);

  test("is live: hosts come, change and go", async () => {
    const id = await viewer.subscribe({ case: "catalog", value: production });
    expect(await paths(viewer, id)).toEqual(["hello 1"]);
    const other = await server.host(key, { hello: { catalog: actions("bye") } });
    expect(await paths(viewer, id)).toEqual(["bye 1", "hello 1"]);
    other.send({ body: { case: "routes", value: { catalog: actions("bye", "hello") } } });
    expect(await paths(viewer, id)).toEqual(["bye 1", "hello 2"]);
    await other.drop();
    expect(await paths(viewer, id)).toEqual(["bye 0", "hello 1"]);
  });

  test("leaves out what one may not open, and what is unlisted", async () => {
    const ann = await server.person("ann", Role.MEMBER);
    const watch = await ann.operator.watch();
    const id = await watch.subscribe({ case: "catalog", value: production });
    const kind = { case: "action" as const, value: {} };
    const nobody = { kind: { case: "teams" as const, value: { slugs: [] } } };
    const everyone = { kind: { case: "entireOrganization" as const, value: {} } };
    const routes = [
      { path: "open", kind },
      { path: "closed", kind, access: nobody },
      { path: "closed/inside", kind },
      { path: "closed/open", kind, access: everyone },
      { path: "newer", kind, access: {} },
      { path: "unlisted", kind, unlisted: true },
    ];
    await watch.next(id, "catalog");
    await server.host(key, { hello: { catalog: { routes } } });
    expect(await paths(watch, id)).toEqual(["closed/open 1", "hello 1", "open 1"]);
    expect((await ann.operator.actions.getAction({ ...production, path: "unlisted" })).entry?.hostsOnline).toBe(1);
    for (const path of ["closed", "closed/inside", "newer", "none"]) {
      expect(await codeOf(ann.operator.actions.getAction({ ...production, path }))).toBe("NotFound");
      expect(await codeOf(ann.operator.start(path))).toBe("NotFound");
    }
  });
});

describe("the list of runs", () => {
  test("tells each whom it may: admins and programs all, members their own", async () => {
    const people = [await server.person("ann", Role.MEMBER), await server.person("bob", Role.MEMBER)] as const;
    const admin = await server.person("eve", Role.ADMIN);
    const [ann, bob] = people;
    const mine = async (operator: Operator) => {
      const watch = await operator.watch();
      const id = await watch.subscribe({ case: "runList", value: production });
      return () => [...new Set(watch.of(id).flatMap((kind) => (kind.case === "run" ? [kind.value.id] : [])))];
    };
    const lists = await Promise.all([ann.operator, bob.operator, admin.operator, program].map(mine));
    const runs = [await askedRun(ann.operator), await askedRun(bob.operator), await askedRun(program)];
    const wanted = [[runs[0]], [runs[1]], runs, runs];
    await expect.poll(() => lists.map((list) => list())).toEqual(wanted);
    const listed = [ann.operator, bob.operator, admin.operator, program].map(async (operator) =>
      (await operator.runs.listRuns(production)).runs.map(({ id }) => id).reverse(),
    );
    expect(await Promise.all(listed)).toEqual(wanted);
  });
});

describe("a list of runs with a filter", () => {
  const watched = async (filter: object) => {
    const watch = await program.watch();
    const id = await watch.subscribe({ case: "runList", value: { ...production, filter } });
    await expect.poll(() => watch.of(id).at(0)?.case).toBe("runListOpened");
    const of = (runId: string) =>
      watch.of(id).flatMap((kind) => {
        if (kind.case === "run" && kind.value.id === runId) return [RunStatus[kind.value.status]];
        return kind.case === "runUnfit" && kind.value.runId === runId ? ["unfit"] : [];
      });
    return of;
  };

  test("tells of runs that fit, and of those that no longer do", async () => {
    const waiting = await watched({ statuses: [RunStatus.AWAITING_INPUT] });
    const others = await watched({ action: "other" });
    const runId = await askedRun();
    await expect.poll(() => waiting(runId).at(-1)).toBe("AWAITING_INPUT");
    await program.answer(runId, "name");
    await expect.poll(() => waiting(runId).at(-1)).toBe("unfit");
    await expect.poll(() => new Set(others(runId))).toEqual(new Set(["unfit"]));
  });

  test("finds a text once an append has said it", async () => {
    const runId = await askedRun();
    const found = await watched({ text: "lovelace" });
    await program.answer(runId, "name", "Ada Lovelace");
    await expect.poll(() => found(runId).at(-1)).toMatch(/RUNNING|SUCCEEDED|AWAITING_INPUT/);
  });

  test("refuses a text that is too long", async () => {
    const topic = { case: "runList" as const, value: { ...production, filter: { text: "x".repeat(201) } } };
    expect(await codeOf((await program.watch()).subscribe(topic))).toBe("InvalidArgument");
    expect(await codeOf(program.runs.listRuns(topic.value))).toBe("InvalidArgument");
  });
});

describe("a watch", () => {
  test("is its caller's alone, session by session and key by key", async () => {
    const runId = await askedRun();
    const subscribe = (operator: Operator, watchId: string) =>
      codeOf(operator.watches.subscribe({ watchId, subscriptionId: "x", topic: { case: "run", value: { runId } } }));
    const other = server.program((await server.key()).key);
    expect(await subscribe(program, viewer.id)).toBe("OK");
    expect(await subscribe(other, viewer.id)).toBe("NotFound");
    expect(await codeOf(other.watches.unsubscribe({ watchId: viewer.id, subscriptionId: "x" }))).toBe("NotFound");
    expect(await subscribe(program, "watch_none")).toBe("NotFound");
    await viewer.close();
    await expect.poll(() => subscribe(program, viewer.id)).toBe("NotFound");
  });

  test.each<[string, Parameters<Viewer["subscribe"]>, string]>([
    ["a run that never was", [{ case: "run", value: { runId: "run_none" } }], "NotFound"],
    ["logs of a run that never was", [{ case: "logs", value: { runId: "run_none" } }], "NotFound"],
    ["another environment", [{ case: "catalog", value: { ...production, environment: "none" } }], "NotFound"],
    [
      "the runs of another organization",
      [{ case: "runList", value: { ...production, organization: "none" } }],
      "NotFound",
    ],
    ["nothing", [{ case: undefined }], "InvalidArgument"],
    ["something without an id", [{ case: "catalog", value: production }, ""], "InvalidArgument"],
    ["something with a long id", [{ case: "catalog", value: production }, "x".repeat(101)], "InvalidArgument"],
  ])("refuses %s, and stays open", async (_what, args, code) => {
    expect(await codeOf(viewer.subscribe(...args))).toBe(code);
    await viewer.next("", "heartbeat");
  });

  test("ends with the server, which does not wait for it", async () => {
    await server.running.close();
    await viewer.updates.whenEnded();
  });
});
