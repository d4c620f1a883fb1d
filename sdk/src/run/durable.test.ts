// Durable programs are executed twice here: once until their host is lost, and again with what was recorded.
import { FailureReason, type RunEvent } from "@interval/proto";
import { describe, expect, it, vi } from "vitest";
import { resultOf, text } from "../host/host-test.ts";
import { Action, ctx, io } from "../index.ts";
import {
  again,
  answer,
  answers,
  durable,
  failureOf,
  type Handler,
  nextCall,
  recorded,
  runId,
  said,
  test,
} from "./durable.test-util.ts";

describe("a durable program that is executed again", () => {
  it("hears an answer that comes after it was given all that is recorded, and before it asks", async () => {
    let isAgain = false;
    let goOn = () => {};
    const paused = vi.fn(() => new Promise<void>((resolve) => (goOn = resolve)));
    const handler = async () => {
      const name = await io.input.text("Name");
      if (isAgain) await paused();
      return { name, more: await io.input.text("More") };
    };
    const host = await test.attached(durable(handler));
    host.start(runId, "pay");
    answer(host, await nextCall(host), "Ada");
    const more = await nextCall(host);
    isAgain = true;
    const next = await again(handler, recorded(host));
    await vi.waitFor(() => expect(paused).toHaveBeenCalled());
    answer(next, more, "yes");
    await new Promise((resolve) => setTimeout(resolve, 50)); // what was said to the host is heard by then
    goOn();
    expect(resultOf(await next.next("finish"))).toEqual({ name: "Ada", more: "yes" });
  });

  it("is given what was answered and what its steps gave, and goes on with what was not", async () => {
    const charge = vi.fn(({ idempotencyKey }: { idempotencyKey: string }) => ({ id: 7n, idempotencyKey }));
    const handler = async () => {
      const name = await io.input.text("Name");
      await ctx.log("charging", name);
      const charged = await ctx.step("charge", charge);
      const more = await io.input.text("More");
      return { name, more, charged };
    };
    const host = await test.attached(durable(handler));
    host.start(runId, "pay");
    answer(host, await nextCall(host), "Ada");
    await host.next("step");
    const more = await nextCall(host);
    const next = await again(handler, recorded(host));
    answer(next, more, "yes");
    const result = resultOf(await next.next("finish"));
    expect(result).toMatchObject({ name: "Ada", more: "yes", charged: { id: 7n } });
    expect(charge).toHaveBeenCalledTimes(1);
    expect(said(next)).toEqual(["began", "accepted", "finish"]); // the question stayed as it was
  });

  it("runs a step that was cut off again, under the same idempotency key", async () => {
    const keys: string[] = [];
    let isCut = true;
    const handler = async () => {
      await ctx.step("first", () => 1);
      return ctx.step("second", async ({ idempotencyKey }) => {
        keys.push(idempotencyKey);
        if (isCut) await new Promise(() => {});
        return 2;
      });
    };
    const host = await test.attached(durable(handler));
    host.start(runId, "pay");
    await vi.waitFor(() => expect(keys).toHaveLength(1));
    isCut = false;
    const next = await again(handler, recorded(host));
    expect(resultOf(await next.next("finish"))).toBe(2);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^run_1\.\S{22}$/);
  });

  it("finds its answers by key, whatever conditions and loops it has", async () => {
    const seen: string[] = [];
    const handler: Handler = async () => {
      const rows = await io.input.text("How many");
      for (let i = 0; i < Number(rows); i++) seen.push(await io.input.text("Name"));
      if (seen.includes("b")) return ctx.step("b was there", () => seen.length);
      return 0;
    };
    const host = await test.attached(durable(handler));
    host.start(runId, "pay");
    answer(host, await nextCall(host), "3");
    answer(host, await nextCall(host), "a");
    answer(host, await nextCall(host), "b");
    const third = await nextCall(host);
    seen.length = 0;
    const next = await again(handler, recorded(host));
    answer(next, third, "c");
    expect(resultOf(await next.next("finish"))).toBe(3);
    expect(seen).toEqual(["a", "b", "c"]);
  });

  it("gives the options that were chosen as they were, and asks no validator again", async () => {
    const validator = vi.fn(() => undefined);
    const program = (options: Array<{ label: string; value: string; price: number }>) => async () => {
      const picked = await io.select.single("Plan", { options }).validate(validator);
      return { picked, more: await io.input.text("More") };
    };
    const host = await test.attached(durable(program([{ label: "Pro", value: "pro", price: 5 }])));
    host.start(runId, "pay");
    const plan = await nextCall(host);
    const values = { [plan]: { kind: { case: "selectSingle", value: { optionKey: "s:pro" } } } } as const;
    const given = { case: "answer", value: { callKey: plan, revision: 0, answer: { values } } } as const;
    answers.push(given as unknown as ReturnType<typeof text>);
    host.run(runId, 101n, given);
    const more = await nextCall(host);
    const next = await again(program([{ label: "Basic", value: "basic", price: 1 }]), recorded(host));
    answer(next, more, "x");
    expect(resultOf(await next.next("finish"))).toEqual({
      picked: { label: "Pro", value: "pro", price: 5 },
      more: "x",
    });
    expect(validator).toHaveBeenCalledTimes(1);
  });

  it("asks no two equal calls at a time, also where they first have to prepare something", async () => {
    const rows = { data: [{ id: 1, name: "a" }] };
    const picture = { buffer: Uint8Array.from("\x89PNG\r\n", (letter) => letter.charCodeAt(0)) };
    const pick = () => io.select.single("Plan", { options: [{ label: "Pro", value: "pro", image: picture }] });
    const table = () => io.select.table("Charges", rows);
    vi.spyOn(console, "error").mockImplementation(() => {});
    for (const [i, ask] of [pick, table].entries()) {
      const host = await test.attached(durable(() => Promise.all([ask(), ask()])));
      host.start(`run_${i}`, "pay");
      expect(failureOf(await host.next("finish"))?.message).toMatch(
        /calls that wait at the same time need a "key" each/,
      );
    }
  });

  it("throws again what a step threw", async () => {
    const handler = async () => {
      try {
        await ctx.step("charge", () => {
          throw new RangeError("too much", { cause: new Error("limit 5") });
        });
      } catch (error) {
        const { name, message, cause } = error as Error;
        return { name, message, cause: (cause as Error).message, more: await io.input.text("More") };
      }
    };
    const host = await test.attached(durable(handler));
    host.start(runId, "pay");
    const more = await nextCall(host);
    const next = await again(handler, recorded(host));
    answer(next, more, "x");
    const result = resultOf(await next.next("finish"));
    expect(result).toEqual({ name: "RangeError", message: "too much", cause: "limit 5", more: "x" });
  });

  it("gets the same time and the same random number", async () => {
    const drawn: unknown[] = [];
    const handler = async () => {
      drawn.push([ctx.now().getTime(), ctx.random(), ctx.random()]);
      await io.input.text("More");
    };
    const host = await test.attached(durable(handler));
    host.start(runId, "pay");
    await nextCall(host);
    const next = await again(handler, recorded(host));
    await next.next("began");
    await vi.waitFor(() => expect(drawn).toHaveLength(2));
    expect(drawn[1]).toEqual(drawn[0]);
  });

  it("repeats no lines, loading and redirects that were said", async () => {
    const handler = async () => {
      await ctx.log("one");
      await ctx.loading.start("Working");
      await ctx.redirect({ url: "https://example.com" });
      await ctx.step("work", () => 1);
      await ctx.log("two");
      await io.input.text("More");
      await ctx.log("three");
    };
    const host = await test.attached(durable(handler));
    host.start(runId, "pay");
    const more = await nextCall(host);
    const next = await again(handler, recorded(host));
    answer(next, more, "x");
    await next.next("finish");
    expect(said(next)).toEqual(["began", "accepted", "log", "finish"]);
  });

  it("takes an answer that was submitted and not yet judged, and one that comes before it asks", async () => {
    const handler = async () => {
      const first = await io.input.text("First");
      await ctx.step("slow", () => 1);
      return [first, await io.input.text("Second")];
    };
    const host = await test.attached(durable(handler));
    host.start(runId, "pay");
    const first = await nextCall(host);
    const whole = recorded(host);
    whole.add({ case: "submitted", value: text(first, "Ada").value } as unknown as RunEvent["kind"]);
    const next = await again(handler, whole);
    const second = await nextCall(next);
    answer(next, second, "more");
    expect(resultOf(await next.next("finish"))).toEqual(["Ada", "more"]);
  });

  it("asks anew where it has something else to show, and still takes an answer to what it showed", async () => {
    const program = (helpText: string) => async () => io.input.text("Name", { helpText });
    const host = await test.attached(durable(program("old")));
    host.start(runId, "pay");
    const name = await nextCall(host);
    const next = await again(program("new"), recorded(host));
    expect((await next.next("call")).call?.components[0]?.helpText).toBe("new");
    answer(next, name, "Ada", 0); // it was on its way
    expect((await next.next("accepted")).revision).toBe(0);
    expect(resultOf(await next.next("finish"))).toBe("Ada");
  });

  it("ends where it asks something else than it did, and shows both sides", async () => {
    const first: Handler = async () => [await io.input.text("Age", { key: "age" }), await io.input.text("More")];
    const caught = vi.fn();
    const second: Handler = async () => {
      await io.input.number("Age", { key: "age" }).catch(caught);
      await ctx.step("after", () => caught("went on"));
    };
    const host = await test.attached(durable(first));
    host.start(runId, "pay");
    answer(host, await nextCall(host), "seven");
    await nextCall(host);
    const next = await again(second, recorded(host));
    const failure = failureOf(await next.next("finish"));
    expect(failure).toMatchObject({ reason: FailureReason.DIVERGED, type: "DivergenceError" });
    expect(failure?.message).toMatch(/input\.text "Age".*seven[\s\S]*input\.number "Age"/);
    expect(caught).not.toHaveBeenCalledWith("went on");
  });

  it("ends where what was answered is not allowed any more", async () => {
    const program =
      (maxLength: number): Handler =>
      async () => [await io.input.text("Name", { maxLength }), await io.input.text("More")];
    const host = await test.attached(durable(program(10)));
    host.start(runId, "pay");
    answer(host, await nextCall(host), "seven letters".slice(0, 9));
    await nextCall(host);
    const next = await again(program(3), recorded(host));
    expect(failureOf(await next.next("finish"))?.message).toContain('"seven let"');
  });

  it("shows what it showed without showing it again, and serves it", async () => {
    const getData = vi.fn(async () => ({ data: [{ id: 1, name: "Ada" }], totalRecords: 1 }));
    const handler = async () => {
      await io.display.table("People", { getData });
      await ctx.step("work", () => 1);
      await io.input.text("More");
    };
    const host = await test.attached(durable(handler));
    host.start(runId, "pay");
    const { call } = await host.next("call");
    await nextCall(host);
    const whole = recorded(host);
    getData.mockClear();
    const next = await again(handler, whole);
    await next.next("began");
    const ask = { case: "query", value: { offset: 0n, pageSize: 20 } } as const;
    const fetch = { kind: { case: "displayTable", value: { ask } } } as const;
    const component = call?.components[0]?.key ?? "";
    await next.next("patch"); // rows may have changed since
    next.run(runId, 0n, {
      case: "fetch",
      value: { requestId: "r", callKey: call?.key ?? "", componentKey: component, fetch },
    });
    const { outcome } = await next.next("fetched");
    expect(outcome).toMatchObject({ case: "page" });
    expect(said(next)).not.toContain("call");
  });
});

describe("a step", () => {
  const run = async (handler: Handler, isDurable = true) => {
    const host = await test.attached({ pay: new Action({ durable: isDurable, handler }) });
    host.start(runId, "pay");
    return host.next("finish");
  };

  it("gives plain data, as it is recorded, and says what cannot be", async () => {
    const date = new Date(5);
    const given = await run(() => ctx.step("read", () => ({ date, list: [1n], nothing: undefined })));
    expect(resultOf(given)).toEqual({ date, list: [1n], nothing: undefined });
  });

  it("refuses what cannot be recorded, naming it", async () => {
    const failure = failureOf(await run(() => ctx.step("read", () => ({ deep: { fn: () => 1 } }))));
    expect(failure?.message).toMatch(/ctx\.step "read": "deep\/fn".*function/);
  });

  it("refuses a name twice at the same time, where a key would be needed", async () => {
    const both = () => Promise.all([ctx.step("same", () => 1), ctx.step("same", () => 2)]);
    expect(failureOf(await run(both))?.message).toMatch(/"same" is running already/);
    const keyed = () => Promise.all([1, 2].map((i) => ctx.step("same", () => i, { key: `${i}` })));
    expect(resultOf(await run(keyed))).toEqual([1, 2]);
  });

  it("may be used where nothing is durable, also several times at once", async () => {
    const both = () => Promise.all([ctx.step("same", () => 1), ctx.step("same", () => 2)]);
    expect(resultOf(await run(both, false))).toEqual([1, 2]);
  });

  it("begins once everything before it is stored, and is stored before the program goes on", async () => {
    const order: string[] = [];
    const host = await test.attached(
      durable(async () => {
        await ctx.log("before");
        await ctx.step("work", () => order.push("work"));
        order.push("after");
      }),
    );
    host.acknowledges = false;
    host.start(runId, "pay");
    await host.next("log");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(order).toEqual([]);
    host.run(runId, 0n, { case: "ack", value: { sequence: 2n } });
    await host.next("step");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(order).toEqual(["work"]);
    host.run(runId, 0n, { case: "ack", value: { sequence: 3n } });
    await host.next("finish");
    expect(order).toEqual(["work", "after"]);
  });

  it.each([
    [() => ctx.step("", () => 1), /name \(first argument\)/],
    [() => Reflect.apply(ctx.step, undefined, ["x", 5]), /second argument must be a function/],
    [() => ctx.step("ctx.now", () => 1), /are the SDK's own/],
  ])("of the wrong shape is refused: %#", async (handler, message) => {
    expect(failureOf(await run(handler))?.message).toMatch(message);
  });
});

it("calls that wait at the same time need keys where they are equal", async () => {
  const host = await test.attached(durable(() => Promise.all([io.input.text("Name"), io.input.text("Name")])));
  host.start(runId, "pay");
  expect(failureOf(await host.next("finish"))?.message).toMatch(/io\.input\.text.*need a "key" each/);
});

it("a host that closes gently leaves a durable run that waits to others", async () => {
  const interval = test.host({ routes: durable(async () => io.input.text("Name")) });
  await interval.listen();
  const host = await test.server.nextHost();
  host.start(runId, "pay");
  await nextCall(host);
  await interval.safelyClose();
  await host.next("goodbye");
  expect(said(host)).not.toContain("finish");
});
