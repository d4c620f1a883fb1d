// What becomes of a durable run whose program was changed: where it goes on, and where it has diverged.
import { setTimeout as pause } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import { FailureReason, fromValue, type IoValue, RunBeganSchema, type RunEvent } from "@interval/proto";
import { describe, expect, it, vi } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import type { FakeHost } from "../host/fake-host.ts";
import { resultOf } from "../host/host-test.ts";
import { ctx, io } from "../index.ts";
import {
  again,
  answer,
  answerWith,
  durable,
  failureOf,
  type Handler,
  nextCall,
  recorded,
  runId,
  said,
  test,
} from "./durable.test-util.ts";

type Value = string | number | boolean;

function kindOf(value: Value): IoValue["kind"] {
  if (typeof value === "boolean")
    return { case: "confirm", value: { $typeName: "interval.io.v1.ConfirmValue", confirmed: value } };
  if (typeof value === "string")
    return { case: "inputText", value: { $typeName: "interval.io.v1.InputTextValue", text: value } };
  return { case: "inputNumber", value: { $typeName: "interval.io.v1.InputNumberValue", number: value } };
}

/** Executes a program, answers its first calls one after the other, and leaves it where it then waits. */
async function until(handler: Handler, values: Value[], { open = 1 } = {}): Promise<FakeHost> {
  const host = await test.attached(durable(handler));
  host.start(runId, "pay");
  for (const value of values) {
    const key = await nextCall(host);
    answerWith(host, key, { [key]: { kind: kindOf(value) } });
  }
  for (let i = 0; i < open; i++) await host.next("call");
  return host;
}

/** Answers what a program asks next. */
async function answerNext(host: FakeHost, value: Value): Promise<void> {
  const key = await nextCall(host);
  answerWith(host, key, { [key]: { kind: kindOf(value) } });
}

/** What the failure of a run that diverged shows side by side. */
async function sidesOf(host: FakeHost) {
  const failure = failureOf(await host.next("finish"));
  expect(failure).toMatchObject({ reason: FailureReason.DIVERGED, type: "DivergenceError" });
  const { recorded: was = [], asked } = failure?.divergence ?? {};
  const text = ({ number, method, label }: (typeof was)[number]) => `${number} ${method} ${label}`.trim();
  return { recorded: was.map(text), asked: asked && text(asked), failure };
}

const charge = async (paid: Value[]) => {
  const amount = await io.input.number("Amount");
  if (await io.confirm("Pay?")) paid.push(amount);
  return { amount, note: await io.input.text("Note") };
};

describe("a program that asks something else at a place of its record has diverged", () => {
  it("where another question stands before a recorded confirmation: nothing is paid on it", async () => {
    const [paidBefore, paid]: [Value[], Value[]] = [[], []];
    const host = await until(() => charge(paidBefore), [5, true]);
    const next = await again(async () => {
      const amount = await io.input.text("Amount");
      if (await io.confirm("Pay?")) paid.push(amount);
      return io.input.text("Note");
    }, recorded(host));
    const { recorded: was, asked, failure } = await sidesOf(next);
    expect({ was, asked }).toEqual({ was: ["1 io.input.number Amount"], asked: "1 io.input.text Amount" });
    expect(failure?.message).toMatch(
      /step 1: io\.input\.number "Amount", answered .*5[\s\S]*as step 1: io\.input\.text "Amount"/,
    );
    expect([paidBefore, paid]).toEqual([[5], []]);
    expect(said(next)).toEqual(["began", "finish"]); // nothing was asked beside it
  });

  it("where a recorded confirmation is still open: both never stand open together", async () => {
    const host = await until(() => charge([]), [5]);
    const next = await again(async () => [await io.input.text("Amount"), await io.confirm("Pay?")], recorded(host));
    expect(await sidesOf(next)).toMatchObject({
      recorded: ["1 io.input.number Amount"],
      asked: "1 io.input.text Amount",
    });
    expect(said(next)).toEqual(["began", "finish"]);
  });

  it("where an open question is replaced", async () => {
    const host = await until(() => charge([]), [5]);
    const next = await again(
      async () => [await io.input.number("Amount"), await io.confirm("Refund?")],
      recorded(host),
    );
    expect(await sidesOf(next)).toMatchObject({ recorded: ["2 io.confirm Pay?"], asked: "2 io.confirm Refund?" });
    expect(said(next)).toEqual(["began", "finish"]);
  });

  const old: Handler = async () => {
    const amount = await io.input.number("Amount");
    await ctx.step("check", () => amount);
    await ctx.step("charge", () => amount);
    return [amount, await io.confirm("Send?"), await io.input.text("Note")];
  };
  const amount = () => io.input.number("Amount");
  const step = (name: string) => ctx.step(name, () => 0);
  const changes: Array<[string, Handler, Awaited<ReturnType<typeof sidesOf>>["recorded"], string | undefined]> = [
    [
      "a call of another kind",
      async () => io.input.slider("Amount", { min: 0, max: 9 }),
      ["1 io.input.number Amount"],
      "1 io.input.slider Amount",
    ],
    [
      "a step before it",
      async () => [await step("new"), await amount()],
      ["1 io.input.number Amount"],
      "1 ctx.step new",
    ],
    [
      "a call before a step",
      async () => [await amount(), await io.confirm("Sure?")],
      ["2 ctx.step check"],
      "2 io.confirm Sure?",
    ],
    ["a step less", async () => [await amount(), await step("charge")], ["2 ctx.step check"], "2 ctx.step charge"],
    [
      "steps in another order",
      async () => [await amount(), await step("charge"), await step("check")],
      ["2 ctx.step check"],
      "2 ctx.step charge",
    ],
    [
      "a step of another name",
      async () => [await amount(), await step("verify")],
      ["2 ctx.step check"],
      "2 ctx.step verify",
    ],
    ["the time before it", async () => [ctx.now(), await amount()], ["1 io.input.number Amount"], "1 ctx.now"],
    [
      "a redirect before it",
      async () => [await amount(), await ctx.redirect({ url: "https://example.com" })],
      ["2 ctx.step check"],
      "2 ctx.redirect",
    ],
    ["nothing", async () => "done", ["1 io.input.number Amount"], undefined],
    [
      "less than was recorded",
      async () => [await amount(), await step("check"), await step("charge")],
      ["4 io.confirm Send?"],
      undefined,
    ],
    [
      "what was recorded twice at once",
      async () => Promise.all([amount(), io.input.text("Name")]),
      ["2 ctx.step check"],
      "2 io.input.text Name",
    ],
  ];
  it.each(changes)("with %s", async (_, handler, was, asked) => {
    const next = await again(handler, recorded(await until(old, [5, true])));
    const sides = await sidesOf(next);
    expect(sides.recorded).toEqual(was);
    expect(sides.asked).toBe(asked);
    expect(said(next)).not.toContain("call");
  });

  it("where a call has another kind under the same key", async () => {
    const host = await until(
      async () => [await io.input.number("Amount", { key: "amount" }), await io.input.text("Note")],
      [5],
    );
    const next = await again(
      async () => [await io.input.text("Amount", { key: "amount" }), await io.input.text("Note")],
      recorded(host),
    );
    expect((await sidesOf(next)).failure?.message).toContain('"Amount" is io.input.text now; it was io.input.number.');
  });

  it("whatever the length of its labels and keys is", async () => {
    const long = (letter: string) => letter.repeat(90_000);
    const ask = (letter: string) => async () => io.input.text(long(letter), { key: letter.repeat(900) });
    const next = await again(ask("b"), recorded(await until(ask("a"), [])));
    const { recorded: was, asked } = await sidesOf(next);
    expect(was[0]?.length).toBeLessThan(300);
    expect(asked).toMatch(/^1 io\.input\.text b{200}… \(90000 characters in all\)$/);
  });

  it("where an answered question has become a display", async () => {
    const host = await until(
      async () => [await io.input.text("Name", { key: "name" }), await io.input.text("Note")],
      ["Ada"],
    );
    const next = await again(
      async () => [await io.display.markdown("Name", { key: "name" }), await io.input.text("Note")],
      recorded(host),
    );
    expect((await sidesOf(next)).failure?.message).toContain('"Name" takes no answer any more.');
    expect(said(next)).toEqual(["began", "finish"]);
  });

  it("where a redirect is gone", async () => {
    const host = await until(async () => {
      await ctx.redirect({ url: "https://example.com" });
      return io.input.text("Note");
    }, []);
    const next = await again(async () => io.input.text("Note"), recorded(host));
    expect(await sidesOf(next)).toMatchObject({ recorded: ["1 ctx.redirect"], asked: "1 io.input.text Note" });
  });

  it("where it throws before it comes to what is recorded, and says what it threw", async () => {
    const host = await until(() => charge([]), [5]);
    const next = await again(async () => {
      throw new TypeError("no such table");
    }, recorded(host));
    const { failure } = await sidesOf(next);
    expect(failure?.message).toContain("The program threw before step 1.");
    expect(failure?.cause).toMatchObject({ type: "TypeError", message: "no such table" });
  });

  it.each<[string, Handler, RegExp]>([
    [
      "gone",
      async () => io.group({ name: io.input.text("Name") }, { key: "who" }),
      /"Age" \(io\.input\.number\) is no longer asked/,
    ],
    [
      "new, even an optional one",
      async () =>
        io.group(
          { name: io.input.text("Name"), age: io.input.number("Age"), more: io.input.text("More").optional() },
          { key: "who" },
        ),
      /"More" \(io\.input\.text\) was not asked then/,
    ],
    [
      "of another kind",
      async () => io.group({ name: io.input.text("Name"), age: io.input.text("Age") }, { key: "who" }),
      /"Age" is io\.input\.text now/,
    ],
    [
      "stricter",
      async () => io.group({ name: io.input.text("Name"), age: io.input.number("Age", { min: 18 }) }, { key: "who" }),
      /The recorded answer to "Age" is refused now/,
    ],
  ])("where a member of an answered group is %s", async (_, group, message) => {
    const host = await test.attached(
      durable(async () => [
        await io.group({ name: io.input.text("Name"), age: io.input.number("Age") }, { key: "who" }),
        await io.input.text("Note"),
      ]),
    );
    host.start(runId, "pay");
    answerWith(host, await nextCall(host), { name: { kind: kindOf("Ada") }, age: { kind: kindOf(7) } });
    await nextCall(host);
    const next = await again(async (...given) => [await group(...given), await io.input.text("Note")], recorded(host));
    expect((await sidesOf(next)).failure?.message).toMatch(message);
  });
});

describe("a program that was changed goes on", () => {
  it("where it asks something else after what is recorded", async () => {
    const host = await until(async () => [await io.input.number("Amount"), await io.confirm("Pay?")], [5]);
    const next = await again(async () => {
      const amount = await io.input.number("Amount");
      const isSure = await io.confirm("Pay?");
      return { amount, isSure, receipt: await ctx.step("receipt", () => 7), note: await io.input.text("Note") };
    }, recorded(host));
    answerWith(next, "confirm:Pay?", { "confirm:Pay?": { kind: kindOf(true) } });
    await answerNext(next, "x");
    expect(resultOf(await next.next("finish"))).toEqual({ amount: 5, isSure: true, receipt: 7, note: "x" });
  });

  it("where labels are reworded and keys are said, whether answered or open", async () => {
    const program = (labels: string[]) => async () => {
      const amount = await io.input.number(labels[0] ?? "", { key: "amount" });
      const checked = await ctx.step(labels[1] ?? "", () => amount, { key: "check" });
      return [checked, await io.confirm(labels[2] ?? "", { key: "pay" })];
    };
    const host = await until(program(["Amount", "check", "Pay?"]), [5]);
    const next = await again(program(["How much?", "look at it", "Pay now?"]), recorded(host));
    expect((await next.next("call")).call?.components[0]?.label).toBe("Pay now?");
    answerWith(next, "pay", { pay: { kind: kindOf(true) } }, 1);
    expect(resultOf(await next.next("finish"))).toEqual([5, true]);
  });

  it("shows displays that are new, and none that was shown", async () => {
    const host = await until(
      async () => {
        await io.display.heading("Old");
        return [await io.input.text("Name"), await io.input.text("Note")];
      },
      [],
      { open: 2 },
    );
    const name = "inputText:Name";
    answer(host, name, "Ada");
    await nextCall(host);
    const next = await again(async () => {
      await io.display.heading("New");
      await io.display.heading("Old");
      const asked = await io.input.text("Name");
      await io.display.heading("Newer");
      return [asked, await io.input.text("Note")];
    }, recorded(host));
    answer(next, "inputText:Note", "x");
    expect(resultOf(await next.next("finish"))).toEqual(["Ada", "x"]);
    const shown = next.frames.flatMap(({ body }) =>
      body.case === "call" ? [body.value.call?.components[0]?.label] : [],
    );
    expect(shown).toEqual(["New", "Newer"]);
  });

  it("logs lines that are new, and none that it logged, whatever numbers are in them", async () => {
    let ms = 53;
    const log = async (words: string) => ctx.log(`${words} in ${ms} ms`, new Date(ms));
    const host = await until(async () => {
      await log("read");
      await log("read");
      return [await io.input.text("Name"), await log("looked up"), await io.input.text("Note")];
    }, ["Ada"]);
    ms = 7;
    const next = await again(async () => {
      await log("connected");
      await log("read");
      await log("read");
      await log("read");
      const name = await io.input.text("Name");
      await log("looked up");
      return [name, await io.input.text("Note"), await log("done")];
    }, recorded(host));
    answer(next, "inputText:Note", "x");
    await next.next("finish");
    const lines = next.frames.flatMap(({ body }) => (body.case === "log" ? [fromValue(body.value.values[0])] : []));
    expect(lines).toEqual(["connected in 7 ms", "read in 7 ms", "done in 7 ms"]);
  });

  it("asks what it asked at once one after the other", async () => {
    const host = await until(
      async () => [await Promise.all([io.input.text("First"), io.input.text("Second")]), await io.input.text("Note")],
      [],
      { open: 2 },
    );
    answer(host, "inputText:Second", "2");
    await host.next("accepted");
    answer(host, "inputText:First", "1");
    await nextCall(host);
    const next = await again(
      async () => [await io.input.text("First"), await io.input.text("Second"), await io.input.text("Note")],
      recorded(host),
    );
    await vi.waitFor(() => expect(next.frames).not.toHaveLength(0));
    answer(next, "inputText:Note", "x");
    expect(resultOf(await next.next("finish"))).toEqual(["1", "2", "x"]);
  }, 20_000);
});

describe("a program that was not changed goes on", () => {
  it("whatever order things that are in progress at once have", async () => {
    let order = ["a", "b", "c"];
    const done = vi.fn((name: string) => name);
    const handler: Handler = async () => {
      const taken = await Promise.all(order.map((name) => ctx.step(name, () => done(name))));
      return [taken.sort(), await io.input.text("Note")];
    };
    const host = await until(handler, []);
    order = ["c", "a", "b"];
    const next = await again(handler, recorded(host));
    answer(next, "inputText:Note", "x");
    expect(resultOf(await next.next("finish"))).toEqual([["a", "b", "c"], "x"]);
    expect(done).toHaveBeenCalledTimes(3);
  });

  it("gives a race the winner that it had", async () => {
    const handler: Handler = async () => {
      const confirmed = io.confirm("Now?").then(() => "confirmed");
      const typed = io.input.text("Later").then(() => "typed");
      const winner = await Promise.race([confirmed, typed]);
      await Promise.all([confirmed, typed]);
      return [winner, await io.input.text("Note")];
    };
    const host = await until(handler, [], { open: 2 });
    answer(host, "inputText:Later", "x");
    await host.next("accepted");
    answerWith(host, "confirm:Now?", { "confirm:Now?": { kind: kindOf(true) } });
    await nextCall(host);
    const next = await again(handler, recorded(host));
    answer(next, "inputText:Note", "x");
    expect(resultOf(await next.next("finish"))).toEqual(["typed", "x"]);
  });

  it("where one of two things in progress is slower than it was", async () => {
    let slowMs = 0;
    const handler: Handler = async () => {
      const slow = async () => {
        await pause(slowMs);
        return [await io.input.text("Slow"), await io.input.text("Slow again")];
      };
      const quick = async () => [await io.input.text("Quick"), await io.input.text("Quick again")];
      return Promise.all([slow(), quick()]);
    };
    const host = await until(handler, [], { open: 2 });
    answer(host, "inputText:Slow", "1");
    await host.next("accepted");
    answer(host, "inputText:Quick", "2");
    await host.next("accepted");
    slowMs = 2500;
    const whole = recorded(host);
    // The host was lost before it said what it asked next: nothing is recorded of it.
    while (whole.events.at(-1)?.kind.case === "called") whole.events.pop();
    const next = await again(handler, whole);
    answer(next, "inputText:Slow again", "3");
    await answerNext(next, "4");
    expect(resultOf(await next.next("finish"))).toEqual([
      ["1", "3"],
      ["2", "4"],
    ]);
  }, 20_000);

  it("where a step was cut off that began before what is recorded", async () => {
    let isCut = true;
    const handler: Handler = async () => {
      const step = ctx.step("slow", () => (isCut ? new Promise<number>(() => {}) : 1));
      return [await io.input.text("Name"), await io.input.text("Note"), await step];
    };
    const host = await until(handler, ["Ada"]);
    isCut = false;
    const next = await again(handler, recorded(host));
    answer(next, "inputText:Note", "x");
    expect(resultOf(await next.next("finish"))).toEqual(["Ada", "x", 1]);
  });

  it("where a validator takes the time: that is not recorded", async () => {
    const handler: Handler = async () => {
      const name = await io.input.text("Name").validate(() => (ctx.now().getTime() > 0 ? undefined : "No."));
      return [name, ctx.now().getTime(), await io.input.text("Note")];
    };
    const host = await until(handler, ["Ada"]);
    const next = await again(handler, recorded(host));
    answer(next, "inputText:Note", "x");
    expect(resultOf(await next.next("finish"))).toEqual(["Ada", expect.any(Number), "x"]);
    expect(host.frames.filter(({ body }) => body.case === "step")).toHaveLength(1);
  });

  it("executed a third time, along what both executions have recorded", async () => {
    const handler: Handler = async () => {
      const names: string[] = [];
      for (let i = 0; i < 3; i++) names.push(await ctx.step("keep", async () => i).then(() => io.input.text("Name")));
      return names;
    };
    const host = await until(handler, ["a"]);
    const second = await again(handler, recorded(host));
    answer(second, "inputText:Name#2", "b");
    const third = await nextCall(second);
    const last = await again(handler, recorded(second));
    answer(last, third, "c");
    expect(resultOf(await last.next("finish"))).toEqual(["a", "b", "c"]);
    expect(said(last)).toEqual(["began", "accepted", "finish"]);
  });
});

it.each<[string, Handler]>([
  ["ctx.step", async () => io.input.text("Name").validate(async () => void (await ctx.step("look up", () => 1)))],
  ["a question", async () => io.input.text("Name").validate(async () => void (await io.confirm("Sure?")))],
])(
  "%s does not work in a validator of a durable action: nothing of it would be recorded at its place",
  async (_, handler) => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const host = await until(handler, ["Ada"], { open: 0 });
    expect((await host.next("refused")).errors[0]?.text).toContain("in a durable action it works in the handler alone");
  },
);

describe("what a run began with", () => {
  const note: Handler = async () => io.input.text("Note");

  it("is the version of the SDK and the number of its replay rules", async () => {
    const host = await until(note, [], { open: 0 });
    expect(await host.next("began")).toMatchObject({ sdkVersion: packageJson.version, replayRules: 1 });
  });

  it("is refused by an SDK that does not know its rules", async () => {
    const whole = recorded(await until(note, []));
    const value = create(RunBeganSchema, { sdkVersion: "99.0.0", replayRules: 2 });
    whole.events.splice(1, 0, { ...whole.events[0], kind: { case: "began", value } } as RunEvent);
    const next = await again(note, whole);
    const failure = failureOf(await next.next("finish"));
    expect(failure?.reason).toBe(FailureReason.DIVERGED);
    expect(failure?.message).toMatch(/version 99\.0\.0 .* rules 2; .* up to 1\. Update @interval\/sdk/);
  });
});
