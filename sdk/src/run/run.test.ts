import { FailureReason, FieldErrorCode, fromValue, limits } from "@interval/proto";
import { describe, expect, it, vi } from "vitest";
import { HostTest, hello, resultOf, text } from "../host/host-test.ts";
import { ctx, io, Page } from "../index.ts";

const test = new HostTest();

describe("a run", () => {
  it("asks, takes the answer, and returns", async () => {
    const fake = await test.attached({ hello });
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
    const fake = await test.attached({
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

  it("tells the developer what is left out of a value that came later", async () => {
    const fake = await test.attached({
      late: async () => {
        await io.display.object("Account", { data: async () => ({ name: "Ada", save: () => undefined }) });
        await io.input.text("Go on");
      },
    });
    fake.start("run_1", "late");
    await fake.next("call");
    const { values } = await fake.next("log");
    expect(fromValue(values[0])).toContain('io.display.object: "data/save" is left out: ');
  });

  it("is said to fail with type, message, cause and stack", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const onError = vi.fn();
    const boom = new TypeError("No charge", { cause: "the network" });
    await test.host({ routes: { boom: () => Promise.reject(boom) }, onError }).listen();
    const fake = await test.server.nextHost();
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
    const fake = await test.attached({ bad: () => io.input.text("Text", { lines: lines as number }) });
    fake.start("run_1", "bad");
    const { outcome } = await fake.next("finish");
    expect(outcome.case === "failure" && outcome.value.message).toBe(
      'io.input.text: "lines" must be a whole number from 1 to 1000, but it is "5" (a string).',
    );
    expect(fake.frames.map(({ body }) => body.case)).toEqual(["began", "finish"]);
  });

  it("keeps its order: loading, log, call, finish", async () => {
    const fake = await test.attached({
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

  it("that says more than its server takes waits by itself: the others go on", async () => {
    let said = 0;
    const fake = await test.attached({
      hello,
      flood: async (_io, ctx) => {
        for (; said < 100_000; said++) await ctx.log("x".repeat(1000));
      },
    });
    fake.acknowledges = false;
    fake.start("run_1", "flood");
    await vi.waitFor(() => expect(said).toBeGreaterThan(limits.runCredit.frames - 2));
    fake.start("run_2", "hello");
    const { call } = await fake.next("call");
    expect(call?.key).toBe("inputText:Your name");
    expect(said).toBeLessThanOrEqual(limits.runCredit.frames);
    expect(test.hosts[0]?.isConnected).toBe(true);
  });

  it("sends a component anew once for all that changes in it at the same time, and no other", async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const items = ["a", "b", "c"].map((label) => ({ label, value: promise }));
    const fake = await test.attached({
      cards: async (io) => {
        await io.group({
          late: io.display.metadata("Late", { data: items }),
          there: io.display.metadata("There", { data: [] }),
        });
        await io.input.text("Go on");
      },
    });
    fake.start("run_1", "cards");
    await fake.next("call");
    await fake.next("call");
    resolve("5");
    const { change } = await fake.next("patch");
    expect(change.case === "component" && change.value.key).toBe("late");
    const again = Promise.withResolvers<void>();
    setImmediate(again.resolve);
    await again.promise;
    fake.run("run_1", 5n, text("inputText:Go on", "yes"));
    await fake.next("finish");
    expect(fake.frames.map(({ body }) => body.case)).toEqual(["began", "call", "call", "patch", "accepted", "finish"]);
  });

  it("asks concurrently, with a number behind an equal label", async () => {
    const fake = await test.attached({ both: () => Promise.all([io.input.text("Name"), io.input.text("Name")]) });
    fake.start("run_1", "both");
    await fake.next("call");
    expect((await fake.next("call")).call?.key).toBe("inputText:Name#2");
    fake.run("run_1", 4n, text("inputText:Name#2", "second"));
    fake.run("run_1", 5n, text("inputText:Name", "first"));
    expect(resultOf(await fake.next("finish"))).toEqual(["first", "second"]);
  });

  it("is canceled: calls reject, the signal aborts, and it ends", async () => {
    const seen = Promise.withResolvers<unknown[]>();
    const fake = await test.attached({
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
    const fake = await test.attached({ go: (_io, ctx) => ctx.redirect({ route: "hello", params: { n: 1 } }) });
    fake.start("run_1", "go");
    expect((await fake.next("finish")).outcome.case).toBe("redirected");
  });

  it("leaves out what cannot be sent, with a warning", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const fail = () => {
      throw new TypeError("x".repeat(2_000_000));
    };
    const fake = await test.attached({ odd: () => ({ ok: 1, fn: () => 1 }), fail });
    fake.start("run_1", "odd");
    expect(fromValue((await fake.next("log")).values[0])).toContain("fn");
    expect(resultOf(await fake.next("finish"))).toEqual({ ok: 1 });
    fake.start("run_2", "fail");
    const { outcome } = await fake.next("finish");
    expect(outcome).toMatchObject({
      case: "failure",
      value: { type: "TypeError", message: `${"x".repeat(10_000)}… (2000000 characters in all)` },
    });
  });

  it("of an action among routes that cannot be ones goes on as before, and a new one is told", async () => {
    const interval = test.host({ routes: { hello } });
    await interval.listen();
    const fake = await test.server.nextHost();
    expect(() => interval.routes.add("bad", 5 as never)).toThrow('The route "bad" must be an Action');
    const told = vi.spyOn(console, "error").mockImplementation(() => {});
    const page = new Page();
    interval.routes.add("users", page);
    await fake.next("routes");
    page.add("bad", {} as never);
    await vi.waitFor(() => expect(told.mock.calls.flat().join()).toContain('The route "users/bad" must be an Action'));
    fake.start("run_1", "hello");
    expect((await fake.next("call")).call?.key).toBe("inputText:Your name");
    fake.start("run_2", "users/bad");
    expect((await fake.next("finish")).outcome).toMatchObject({
      value: { message: 'This host has no action "users/bad".' },
    });
  });

  it("of an unknown action fails and says so", async () => {
    const fake = await test.attached({ hello });
    fake.start("run_1", "gone");
    expect((await fake.next("finish")).outcome).toMatchObject({
      case: "failure",
      value: { message: expect.stringContaining('"gone"') },
    });
  });

  it("serves pages of its tables, after its end too", async () => {
    const data = Array.from({ length: 45 }, (_, i) => ({ id: i + 1, name: `Row ${i + 1}` }));
    const fake = await test.attached({ rows: () => io.display.table("Rows", { data }) });
    fake.start("run_1", "rows");
    const { call } = await fake.next("call");
    const table = call?.components[0]?.kind;
    expect(table?.case === "displayTable" && table.value.table?.firstPage?.rows.length).toBe(20);
    await fake.next("finish");
    const query = { offset: 40n, pageSize: 20, queryTerm: "", sortColumn: "name", sortDirection: 2 };
    const fetch = { kind: { case: "displayTable", value: { ask: { case: "query", value: query } } } } as const;
    const key = call?.key ?? "";
    fake.run("run_1", 0n, { case: "fetch", value: { requestId: "r1", callKey: key, componentKey: key, fetch } });
    const { outcome, requestId } = await fake.next("fetched");
    expect(requestId).toBe("r1");
    const answer =
      outcome.case === "page" && outcome.value.kind.case === "displayTable" && outcome.value.kind.value.answer;
    const rows = answer && answer.case === "page" ? answer.value.rows : [];
    expect(rows.map(({ key }) => key)).toEqual(["n:5", "n:4", "n:3", "n:2", "n:1"]);
    fake.run("run_1", 0n, { case: "close", value: { reason: "nobody looks" } });
    fake.run("run_1", 0n, { case: "fetch", value: { requestId: "r2", callKey: key, componentKey: key, fetch } });
    expect((await fake.next("fetched")).outcome).toMatchObject({
      case: "failure",
      value: { reason: FailureReason.NOT_FOUND, message: expect.stringContaining("no longer live") },
    });
  });
});
