import { Code, ConnectError } from "@connectrpc/connect";
import { FieldErrorCode, fromValue, type RunFinished } from "@interval/proto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { IntervalConfig } from "./config.ts";
import { type FakeHost, FakeServer } from "./host/fake-server.ts";
import { Action, ConnectionError, ctx, HostMisuseError, Interval, io, Page } from "./index.ts";

let server: FakeServer;
const open: Interval[] = [];

beforeEach(async () => {
  server = await FakeServer.start();
});
afterEach(async () => {
  for (const interval of open.splice(0)) await interval.immediatelyClose();
  await server.stop();
  vi.restoreAllMocks();
});

function host(config: IntervalConfig): Interval {
  const interval = new Interval({ endpoint: server.url, apiKey: "dev_key", logLevel: "quiet", ...config });
  open.push(interval);
  return interval;
}

async function attached(routes: IntervalConfig["routes"]): Promise<FakeHost> {
  await host({ routes }).listen();
  return server.nextHost();
}

function text(callKey: string, value: string, revision = 0) {
  const answer = { values: { [callKey]: { kind: { case: "inputText", value: { text: value } } } } } as const;
  return { case: "answer", value: { callKey, revision, answer } } as const;
}

function resultOf(finished: RunFinished): unknown {
  expect(finished.outcome.case).toBe("success");
  return finished.outcome.case === "success" ? fromValue(finished.outcome.value.result) : undefined;
}

const hello = new Action(async () => {
  const name = await io.input.text("Your name");
  return `Hello, ${name}`;
});

describe("a host", () => {
  it("introduces itself with its key, its protocol and its catalogue", async () => {
    const page = new Page({
      name: "Users",
      access: { teams: ["support"] },
      routes: { edit: { handler: hello.definition.handler, name: "Edit" } },
    });
    const { hello: said, headers } = await attached({ hello, users: page });
    expect(headers.get("authorization")).toBe("Bearer dev_key");
    expect([said.sdkName, said.protocolMin, said.protocolMax]).toEqual(["@interval/sdk", 1, 1]);
    expect(said.catalog?.routes.map(({ path, kind }) => [path, kind.case])).toEqual([
      ["hello", "action"],
      ["users", "page"],
      ["users/edit", "action"],
    ]);
    expect(said.catalog?.routes[2]?.name).toBe("Edit");
  });

  it("accepts the other spellings of an endpoint", async () => {
    const interval = host({ endpoint: `${server.url.replace("http", "ws")}/websocket`, routes: { hello } });
    await interval.listen();
    expect(interval.isConnected).toBe(true);
    expect(await interval.ping(1).catch((error: Error) => error.name)).toBe("TimeoutError");
  });

  it("prints where the dashboard is", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    await host({ routes: { hello }, logLevel: "info" }).listen();
    expect(log.mock.calls.flat().join("\n")).toContain(`${server.url}/main/development`);
  });

  it("warns of an option that it does not know", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const config = { routes: {}, retryIntervalMs: 5, apiKey: "k" };
    new Interval(config);
    expect(warn.mock.calls.flat().join("\n")).toContain("retryIntervalMs");
  });

  it("tells the server of all routes added at once in one frame", async () => {
    const interval = host({ routes: { hello } });
    await interval.listen();
    const fake = await server.nextHost();
    interval.routes.add("one", hello);
    interval.routes.add("deep/two", hello);
    interval.routes.remove("hello");
    const changed = await fake.next("routes");
    expect(changed.catalog?.routes.map(({ path }) => path)).toEqual(["one", "deep", "deep/two"]);
    await interval.safelyClose();
    await fake.next("goodbye");
    expect(fake.frames.filter(({ body }) => body.case === "routes")).toHaveLength(2);
  });

  it("names an invalid slug", () => {
    expect(() => host({ routes: { "my action": hello } })).toThrow(/"my action" is not a valid slug/);
    expect(() => host({}).routes.add("a/../b", hello)).toThrow(HostMisuseError);
  });
});

describe("listen()", () => {
  it("rejects a refused key and says what to do", async () => {
    server.refusal = new ConnectError("the key is unknown", Code.Unauthenticated);
    const error = await host({ routes: { hello } })
      .listen()
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(String(error)).toMatch(/INTERVAL_API_KEY.*interval key create/);
  });

  it("rejects a protocol that the server does not speak", async () => {
    server.refusal = new ConnectError("upgrade the SDK", Code.FailedPrecondition);
    await expect(host({ routes: { hello } }).listen()).rejects.toThrow("upgrade the SDK");
  });

  it("rejects without a key, and for an endpoint that is none", async () => {
    await expect(host({ apiKey: "" }).listen()).rejects.toThrow(/INTERVAL_API_KEY/);
    await expect(host({ endpoint: "localhost:3000" }).listen()).rejects.toThrow(/"endpoint" must be an address/);
  });

  it("retries a server that is absent, reports it, and attaches when it comes", async () => {
    const { port, url } = server;
    await server.stop();
    const reported = Promise.withResolvers<string>();
    vi.spyOn(console, "warn").mockImplementation((line: string) => reported.resolve(line));
    const listening = host({ endpoint: url, routes: { hello }, logLevel: "info" }).listen();
    vi.spyOn(console, "log").mockImplementation(() => {});
    expect(await reported.promise).toMatch(/Cannot reach .*Trying again/);
    server = await FakeServer.start(port);
    await listening;
  });
});

describe("a run", () => {
  it("asks, takes the answer, and returns", async () => {
    const fake = await attached({ hello });
    fake.start("run_1", "hello");
    const { call } = await fake.next("call");
    expect(call?.awaitsAnswer).toBe(true);
    expect(call?.components.map(({ key, label, kind }) => [key, label, kind.case])).toEqual([
      ["inputText:Your name", "Your name", "inputText"],
    ]);
    fake.run("run_1", 3n, text("inputText:Your name", "Ada"));
    expect((await fake.next("accepted")).callKey).toBe("inputText:Your name");
    expect(resultOf(await fake.next("finish"))).toBe("Hello, Ada");
    expect(fake.frames.map(({ sequence }) => sequence)).toEqual([1n, 2n, 3n, 4n]);
  });

  it("sends back what a rule, a wrong type or a validator refuses, and goes on", async () => {
    const fake = await attached({
      code: async () =>
        io.input.text("Code", { minLength: 3 }).validate((code) => (code === "abc" ? undefined : "Not abc.")),
    });
    fake.start("run_1", "code");
    await fake.next("call");
    const key = "inputText:Code";
    fake.run("run_1", 3n, text(key, "a"));
    expect((await fake.next("refused")).errors.map(({ code }) => code)).toEqual([FieldErrorCode.TOO_SHORT]);
    const wrong = { values: { [key]: { kind: { case: "inputNumber", value: { number: 1 } } } } } as const;
    fake.run("run_1", 5n, { case: "answer", value: { callKey: key, revision: 1, answer: wrong } });
    expect((await fake.next("refused")).errors.map(({ code }) => code)).toEqual([FieldErrorCode.WRONG_TYPE]);
    fake.run("run_1", 7n, text(key, "xyz", 2));
    expect((await fake.next("refused")).errors.map(({ text }) => text)).toEqual(["Not abc."]);
    fake.run("run_1", 9n, text(key, "abc", 3));
    expect(resultOf(await fake.next("finish"))).toBe("abc");
  });

  it("is said to fail with type, message, cause and stack", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const onError = vi.fn();
    const boom = new TypeError("No charge", { cause: "the network" });
    await host({ routes: { boom: () => Promise.reject(boom) }, onError }).listen();
    const fake = await server.nextHost();
    fake.start("run_1", "boom");
    const { outcome } = await fake.next("finish");
    expect(outcome).toMatchObject({
      case: "failure",
      value: { type: "TypeError", message: "No charge", cause: { message: "the network" } },
    });
    expect(onError).toHaveBeenCalledWith(
      expect.objectContaining({ error: boom, route: "boom", environment: "development" }),
    );
  });

  it("fails before anything is sent when a call is malformed", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const lines: unknown = "5";
    const fake = await attached({ bad: () => io.input.text("Text", { lines: lines as number }) });
    fake.start("run_1", "bad");
    const { outcome } = await fake.next("finish");
    expect(outcome.case === "failure" && outcome.value.message).toBe(
      'io.input.text: "lines" must be a whole number from 1 to 1000, but it is "5" (a string).',
    );
    expect(fake.frames.map(({ body }) => body.case)).toEqual(["began", "finish"]);
  });

  it("keeps its order: loading, log, call, finish", async () => {
    const fake = await attached({
      busy: async (io, ctx) => {
        await ctx.loading.start({ label: "Working", itemsInQueue: 2 });
        await ctx.loading.completeOne();
        await ctx.log("five is", 5n, { deep: new Map([[1, new Date(0)]]) });
        await io.display.heading("Done");
        return { user: ctx.user.email, at: ctx.action.slug, n: ctx.params.n };
      },
    });
    fake.start("run_1", "busy", { n: 5n });
    const finished = await fake.next("finish");
    expect(fake.frames.map(({ body }) => body.case)).toEqual(["began", "loading", "loading", "log", "call", "finish"]);
    const log = fake.frames[3]?.body;
    expect(log?.case === "log" && log.value.values.map(fromValue)).toEqual([
      "five is",
      5n,
      { deep: new Map([[1, new Date(0)]]) },
    ]);
    expect(resultOf(finished)).toEqual({ user: "ada@example.com", at: "busy", n: 5n });
  });

  it("asks concurrently, with a number behind an equal label", async () => {
    const fake = await attached({ both: () => Promise.all([io.input.text("Name"), io.input.text("Name")]) });
    fake.start("run_1", "both");
    await fake.next("call");
    expect((await fake.next("call")).call?.key).toBe("inputText:Name#2");
    fake.run("run_1", 4n, text("inputText:Name#2", "second"));
    fake.run("run_1", 5n, text("inputText:Name", "first"));
    expect(resultOf(await fake.next("finish"))).toEqual(["first", "second"]);
  });

  it("is canceled: calls reject, the signal aborts, and it ends", async () => {
    const seen = Promise.withResolvers<unknown[]>();
    const fake = await attached({
      wait: async () => {
        const { signal } = ctx;
        const error: unknown = await io.input.text("Name").then(null, (error: unknown) => error);
        seen.resolve([error, signal.aborted]);
        await io.input.text("Again");
      },
    });
    fake.start("run_1", "wait");
    await fake.next("call");
    fake.run("run_1", 3n, { case: "cancel", value: {} });
    expect(await seen.promise).toEqual([expect.objectContaining({ name: "CanceledError" }), true]);
    expect((await fake.next("finish")).outcome.case).toBe("canceled");
  });

  it("leads elsewhere once it returns", async () => {
    const fake = await attached({ go: (_io, ctx) => ctx.redirect({ route: "hello", params: { n: 1 } }) });
    fake.start("run_1", "go");
    expect((await fake.next("finish")).outcome.case).toBe("redirected");
  });

  it("leaves out what cannot be sent, with a warning", async () => {
    const fake = await attached({ big: () => ({ ok: 1, fn: () => 1 }), huge: () => "x".repeat(2_000_000) });
    fake.start("run_1", "big");
    expect(fromValue((await fake.next("log")).values[0])).toContain("fn");
    expect(resultOf(await fake.next("finish"))).toEqual({ ok: 1 });
    fake.start("run_2", "huge");
    expect(fromValue((await fake.next("log")).values[0])).toContain("1 MiB");
    expect(resultOf(await fake.next("finish"))).toBeUndefined();
  });

  it("of an unknown action fails and says so", async () => {
    const fake = await attached({ hello });
    fake.start("run_1", "gone");
    expect((await fake.next("finish")).outcome).toMatchObject({
      case: "failure",
      value: { message: expect.stringContaining('"gone"') },
    });
  });

  it("serves pages of its tables, after its end too", async () => {
    const data = Array.from({ length: 45 }, (_, i) => ({ id: i + 1, name: `Row ${i + 1}` }));
    const fake = await attached({ rows: () => io.display.table("Rows", { data }) });
    fake.start("run_1", "rows");
    const { call } = await fake.next("call");
    const table = call?.components[0]?.kind;
    expect(table?.case === "displayTable" && table.value.table?.firstPage?.rows.length).toBe(20);
    await fake.next("finish");
    const query = { offset: 40n, pageSize: 20, queryTerm: "", sortColumn: "name", sortDirection: 2 };
    const fetch = { kind: { case: "displayTable", value: { query } } } as const;
    const key = call?.key ?? "";
    fake.run("run_1", 0n, { case: "fetch", value: { requestId: "r1", callKey: key, componentKey: key, fetch } });
    const { outcome, requestId } = await fake.next("fetched");
    expect(requestId).toBe("r1");
    const page =
      outcome.case === "page" && outcome.value.kind.case === "displayTable" ? outcome.value.kind.value.page : undefined;
    expect(page?.rows.map(({ key }) => key)).toEqual(["n:5", "n:4", "n:3", "n:2", "n:1"]);
    fake.run("run_1", 0n, { case: "close", value: { reason: "nobody looks" } });
    fake.run("run_1", 0n, { case: "fetch", value: { requestId: "r2", callKey: key, componentKey: key, fetch } });
    expect((await fake.next("fetched")).outcome.case).toBe("failure");
  });
});

describe("a connection that drops", () => {
  it("loses and doubles nothing: what was said meanwhile is sent again, in order", async () => {
    const step = Promise.withResolvers<void>();
    const fake = await attached({
      long: async () => {
        const name = await io.input.text("Name");
        await step.promise;
        for (let i = 0; i < 3; i++) await ctx.log(i);
        return name;
      },
    });
    fake.start("run_1", "long");
    await fake.next("call");
    fake.acknowledges = false;
    fake.run("run_1", 3n, text("inputText:Name", "Ada"));
    await fake.next("accepted");
    server.welcome = ({ liveRuns }) => ({
      runs: liveRuns.map(({ runId }) => ({ runId, resumed: true, lastSequence: 2n })),
    });
    fake.drop();
    const again = await server.nextHost();
    expect(again.hello.instanceId).toBe(fake.hello.instanceId);
    expect(again.hello.liveRuns.map(({ runId, lastSequence }) => [runId, lastSequence])).toEqual([["run_1", 3n]]);
    // The server repeats what the host knows already.
    again.run("run_1", 3n, text("inputText:Name", "Eve"));
    step.resolve();
    expect(resultOf(await again.next("finish"))).toBe("Ada");
    expect(again.frames.map(({ sequence, body }) => [sequence, body.case])).toEqual([
      [3n, "accepted"],
      [4n, "log"],
      [5n, "log"],
      [6n, "log"],
      [7n, "finish"],
    ]);
  });

  it("comes back after a refusal too, and says so", async () => {
    const fake = await attached({ hello });
    server.refusal = new ConnectError("the key is unknown", Code.Unauthenticated);
    const [interval] = open;
    fake.drop();
    await vi.waitFor(() => expect(interval?.isConnected).toBe(false));
    server.refusal = undefined;
    await server.nextHost();
    await vi.waitFor(() => expect(interval?.isConnected).toBe(true));
  });

  it("ends a run that the server has given up", async () => {
    const rejected = Promise.withResolvers<unknown>();
    const fake = await attached({ wait: () => io.input.text("Name").catch(rejected.resolve) });
    fake.start("run_1", "wait");
    await fake.next("call");
    server.welcome = () => ({ runs: [{ runId: "run_1", resumed: false }] });
    fake.drop();
    expect(await rejected.promise).toMatchObject({ name: "RunClosedError" });
  });
});

describe("a host that closes", () => {
  it("safely: offers nothing more, lets open runs finish, and says goodbye", async () => {
    const interval = host({ routes: { hello } });
    await interval.listen();
    const fake = await server.nextHost();
    fake.start("run_1", "hello");
    await fake.next("call");
    const closed = interval.safelyClose();
    expect((await fake.next("routes")).catalog?.routes).toEqual([]);
    fake.run("run_1", 3n, text("inputText:Your name", "Ada"));
    expect(resultOf(await fake.next("finish"))).toBe("Hello, Ada");
    await fake.next("goodbye");
    await closed;
    expect(interval.isConnected).toBe(false);
  });
});
