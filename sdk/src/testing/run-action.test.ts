import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { Action, CanceledError, ctx, HostMisuseError, io, Page, RunClosedError, TimeoutError } from "../index.ts";
import { AnswerRefusedError, runAction } from "./index.ts";

const hello = new Action(async () => {
  const name = await io.input.text("Your name");
  return `Hello, ${name}`;
});

describe("an action in a test", () => {
  it("asks, is answered by label, and returns", async () => {
    const run = runAction(hello);
    const call = await run.call();
    expect(call.components.map(({ label, kind, isInput }) => [label, kind, isInput])).toEqual([
      ["Your name", "inputText", true],
    ]);
    await run.answer({ "Your name": "Ada" });
    expect(await run.result()).toBe("Hello, Ada");
    expect([run.status, call.status]).toEqual(["succeeded", "accepted"]);
  });

  it("is answered with the value alone where one is asked", async () => {
    const run = runAction(hello);
    await run.answer("Ada");
    expect(await run.result()).toBe("Hello, Ada");
  });

  it.each<[string, Parameters<typeof runAction>[0]]>([
    ["a function that takes io", async (own) => own.input.text("Your name")],
    ["a definition", { name: "Greet", handler: () => io.input.text("Your name") }],
  ])("may be %s", async (_what, action) => {
    const run = runAction(action);
    await run.answer("Ada");
    expect(await run.result()).toBe("Ada");
  });

  it("returns what the operator gets: types are kept, what cannot be sent is left out with a warning", async () => {
    const run = runAction(() => ({ at: new Date(0), big: 5n, save: () => {}, map: new Map([["a", 1]]) }));
    expect(await run.result()).toEqual({ at: new Date(0), big: 5n, map: new Map([["a", 1]]) });
    expect(run.logs).toEqual([{ level: "warning", values: [expect.stringContaining('"save" of the result')] }]);
  });

  it("sees and answers what is too large for a message like everything else", async () => {
    const options = Array.from({ length: 5000 }, (_, i) => ({ label: `Option ${i} ${"x".repeat(60)}`, value: i }));
    const run = runAction(async () => {
      await io.display.object("Export", { data: () => Promise.resolve({ options }) });
      const chosen = await io.select.multiple("Options", { options });
      return chosen;
    });
    const component = (await run.call()).component("Options");
    expect(component.kind).toBe("selectMultiple");
    expect(component.props).toMatchObject({ options: { length: 5000 } });
    await run.answer({ Options: options });
    expect(await run.result()).toEqual(options);
    expect(JSON.stringify((await (await run.component("Export")).complete()).props)).toContain("Option 4999");
  });

  it("fails with the very error that it threw, wherever the test waits", async () => {
    const boom = new TypeError("No charge");
    const run = runAction(async () => {
      await io.input.text("Name");
      throw boom;
    });
    await run.answer("Ada");
    await expect(run.result()).rejects.toBe(boom);
    await expect(run.call()).rejects.toBe(boom);
    await expect(run.answer({ Other: 1 })).rejects.toBe(boom);
    expect(run.status).toBe("failed");
    await expect(runAction(() => Promise.reject("just a text")).result()).rejects.toBe("just a text");
  });

  it("fails with the fault of a malformed call", async () => {
    const run = runAction(() => io.input.text("Name", { minLength: "3" as never }));
    await expect(run.result()).rejects.toThrow(/io.input.text: "minLength" must be a whole number/);
  });
});

describe("what a handler knows", () => {
  it("is what the test says, and sensible where it says nothing", async () => {
    const when = new Date(5);
    const run = runAction(
      () => ({ ...ctx.user, ...ctx.run, params: ctx.params, place: [ctx.environment, ctx.organization] }),
      {
        params: { id: 5, when, none: null },
        user: { email: "ada@example.com", role: "admin", teams: ["support"], timeZone: "Europe/Berlin" },
        environment: "staging",
        organization: { name: "Acme" },
        run: { id: "run_7", trigger: "schedule" },
      },
    );
    expect(await run.result()).toMatchObject({
      email: "ada@example.com",
      firstName: "Test",
      role: "admin",
      teams: ["support"],
      timeZone: "Europe/Berlin",
      locale: "en-US",
      id: "run_7",
      trigger: "schedule",
      params: { id: 5, when, none: null },
      place: ["staging", { name: "Acme", slug: "test" }],
    });
    const plain = runAction(() => [ctx.user.role, ctx.run.trigger, ctx.action.slug, ctx.environment]);
    expect(await plain.result()).toEqual(["member", "operator", "action", "development"]);
  });

  it("is of its own run where several go on at once", async () => {
    const greet = new Action(async () => `${await io.input.text("Greeting")}, ${ctx.user.firstName}`);
    const runs = ["Ada", "Grace"].map((firstName) => runAction(greet, { user: { firstName } }));
    await Promise.all(runs.map((run) => run.answer("Hello")));
    expect(await Promise.all(runs.map((run) => run.result()))).toEqual(["Hello, Ada", "Hello, Grace"]);
  });
});

describe("an answer that is refused", () => {
  const code = new Action(() =>
    io.input.text("Code", { minLength: 3 }).validate(async (value) => (value === "abc" ? undefined : "Not abc.")),
  );

  it("by a rule is told with all faults, and may be given again", async () => {
    const run = runAction(code);
    const refused = await run.answer("a").catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AnswerRefusedError);
    expect(refused).toMatchObject({
      message: expect.stringContaining('"Code": Enter at least 3 characters'),
      errors: [{ label: "Code", key: "inputText:Code", code: "too_short", params: { min: 3, actual: 1 } }],
    });
    await run.answer("abc");
    expect(await run.result()).toBe("abc");
  });

  it("by a validator is told in its words", async () => {
    const run = runAction(code);
    await expect(run.answer("xyz")).rejects.toMatchObject({
      errors: [{ label: "Code", code: "rejected", text: "Not abc." }],
    });
    await expect(run.answer("xyz")).rejects.toThrow(AnswerRefusedError);
    await run.answer("abc");
    expect(await run.result()).toBe("abc");
  });

  it("by a group's validator is about the whole", async () => {
    const run = runAction(() =>
      io
        .group({ a: io.input.number("A"), b: io.input.number("B") })
        .validate(({ a, b }) => (a < b ? null : "A is not less.")),
    );
    await expect(run.answer({ a: 2, B: 1 })).rejects.toMatchObject({ errors: [{ key: "", text: "A is not less." }] });
    await run.answer({ A: 1, b: 2 });
    expect(await run.result()).toEqual({ a: 1, b: 2 });
  });

  it("because something is missing names it", async () => {
    await expect(runAction(hello).answer()).rejects.toMatchObject({
      errors: [{ label: "Your name", code: "required" }],
    });
    await expect(runAction(hello).answer(undefined)).rejects.toMatchObject({ errors: [{ code: "required" }] });
  });
});

describe("a group", () => {
  const address = () =>
    io.group({
      title: io.display.heading("Order"),
      name: io.input.text("Name"),
      home: io.group({ street: io.input.text("Street"), zip: io.input.text("Zip").optional() }, { label: "Home" }),
      work: io.group({ street: io.input.text("Street", { defaultValue: "High St" }) }, { label: "Work" }),
    });

  it("is answered in its own shape, sections nested", async () => {
    const run = runAction(address);
    await run.answer({ name: "Ada", home: { street: "Main St" }, Work: { Street: "Side St" } });
    expect(await run.result()).toEqual({
      title: null,
      name: "Ada",
      home: { street: "Main St", zip: undefined },
      work: { street: "Side St" },
    });
  });

  it("keeps what fields start with, unless they are emptied", async () => {
    const run = runAction(address);
    await run.answer({ name: "Ada", "home/street": "Main St", home: { Zip: "12345" } });
    expect(await run.result()).toMatchObject({ home: { zip: "12345" }, work: { street: "High St" } });
    const emptied = runAction(address).answer({ name: "Ada", home: { street: "A" }, work: { street: undefined } });
    await expect(emptied).rejects.toMatchObject({ errors: [{ key: "work/street", code: "required" }] });
  });

  it("says which names are unknown or ambiguous, and what is asked", async () => {
    const call = await runAction(address).call();
    await expect(call.answer({ Name: "Ada", Stret: 1, home: { Sip: 1 } })).rejects.toThrow(
      'Nothing is asked under "Stret", "home/Sip", but "Name" (inputText), "Street" (inputText)',
    );
    await expect(call.answer({ Street: "A" })).rejects.toThrow(
      /2 components with the label "Street".*"home\/street", "work\/street"/,
    );
    await expect(call.answer("Ada")).rejects.toThrow("A single value answers a single input");
    await expect(call.answer({ Name: 5 })).rejects.toThrow('"Name" (inputText) takes a string, but it was given 5.');
  });
});

describe("choices", () => {
  const buttons = ["Save", { label: "Do not save", value: "skip", validate: false }] as const;

  it("are pressed by label or value, with or without values", async () => {
    const ask = new Action(() => io.input.text("Name").withChoices(buttons));
    const [saved, skipped] = [runAction(ask), runAction(ask)];
    expect((await saved.call()).choices).toEqual([
      { label: "Save", value: "Save" },
      { label: "Do not save", value: "skip" },
    ]);
    await saved.choose("Save", "Ada");
    expect(await saved.result()).toEqual({ choice: "Save", returnValue: "Ada" });
    await skipped.choose("Do not save");
    expect(await skipped.result()).toEqual({ choice: "skip", returnValue: undefined });
  });

  it("of a display are waited for", async () => {
    const run = runAction(() => io.display.heading("Done").withChoices(["OK"]));
    await run.choose("OK");
    expect(await run.result()).toEqual({ choice: "OK", returnValue: null });
  });

  it("must be pressed where there are some", async () => {
    const run = runAction(() => io.input.text("Name").withChoices(buttons));
    await expect(run.answer("Ada")).rejects.toThrow('Choose one of the buttons: "Save", "skip"');
    const call = await run.call();
    await expect(call.choose("Sav", "Ada")).rejects.toMatchObject({ errors: [{ code: "unknown_choice" }] });
  });
});

describe("several calls at once", () => {
  const both = new Action(() => Promise.all([io.input.text("A"), io.input.number("B"), io.display.heading("C")]));

  it("are answered in any order, by name", async () => {
    const run = runAction(both);
    await run.answer({ B: 2 });
    await (await run.call("A")).answer("a");
    expect(await run.result()).toEqual(["a", 2, null]);
    expect(run.calls.map(({ status }) => status)).toEqual(["accepted", "accepted", "shown"]);
  });

  it("take a value without a name only once one is left", async () => {
    const run = runAction(both);
    await run.call("B");
    await expect(run.answer("a")).rejects.toThrow(/Several calls wait.*"A" \(inputText\)\n {2}"B" \(inputNumber\)/s);
    await run.answer({ B: 2 });
    await run.answer("a");
    expect(await run.result()).toEqual(["a", 2, null]);
  });

  it("of a loop are told apart by the order in which they are asked", async () => {
    const run = runAction(async () => [await io.input.text("Name"), await io.input.text("Name")]);
    await run.answer({ Name: "Ada" });
    await run.answer({ Name: "Grace" });
    expect(await run.result()).toEqual(["Ada", "Grace"]);
    expect(run.calls.map(({ key }) => key)).toEqual(["inputText:Name", "inputText:Name#2"]);
  });
});

describe("a run that does not go on", () => {
  const timeoutMs = 20;

  it("says what it waits for, instead of hanging", async () => {
    const run = runAction(() => Promise.all([io.confirm("Sure?"), io.input.text("Why").withChoices(["Go"])]), {
      timeoutMs,
    });
    await expect(run.result()).rejects.toThrow(TimeoutError);
    await expect(run.result()).rejects.toThrow(
      'Waited 20 ms for its end. It waits for answers to:\n  "Sure?" (confirm)\n  "Why" (inputText) with the buttons "Go"',
    );
    await expect(run.answer({ Email: "a@b.c" })).rejects.toThrow(/Waited 20 ms for "Email" to be asked.*"Sure\?"/s);
    await expect(run.choose("Stop")).rejects.toThrow('the button "Stop"');
  });

  it("says that it is busy, and with what", async () => {
    const run = runAction(() => new Promise(() => void ctx.loading.start("Counting")), { timeoutMs });
    await expect(run.call()).rejects.toThrow(/It waits for no answer. It says that it is doing "Counting"/);
  });

  it("has all the time that it needs while something happens in it", async () => {
    const run = runAction(
      async () => {
        for (let i = 0; i < 10; i++) {
          await new Promise((resolve) => setTimeout(resolve, 60));
          await ctx.log(i);
        }
      },
      { timeoutMs: 500 },
    );
    await run.result();
    expect(run.logs).toHaveLength(10);
  });

  it("that has ended says so to whoever waits for more", async () => {
    const run = runAction(() => 5);
    await expect(run.answer({ Email: "a" })).rejects.toThrow(
      new RunClosedError('The run has ended without asking for "Email".'),
    );
    await expect(run.component("Email")).rejects.toThrow('without showing "Email"');
  });

  it("is judged for too long by a validator that never answers", async () => {
    const run = runAction(() => io.input.text("Name").validate(() => new Promise(() => {})), { timeoutMs });
    await expect(run.answer("Ada")).rejects.toThrow(
      'The answer to "Name" (inputText) is still being checked after 20 ms.',
    );
    expect((await run.calls)[0]?.status).toBe("submitted");
  });
});

describe("cancel", () => {
  it("rejects what is asked and aborts the signal; the handler may clean up", async () => {
    const cleaned = vi.fn();
    const run = runAction(async () => {
      ctx.signal.addEventListener("abort", cleaned);
      await io.confirm("Sure?");
    });
    const call = await run.call();
    await run.cancel();
    await run.cancel();
    expect(cleaned).toHaveBeenCalledOnce();
    expect([run.status, call.status]).toEqual(["canceled", "withdrawn"]);
    await expect(run.result()).rejects.toThrow(CanceledError);
    await expect(call.answer(true)).rejects.toThrow(/does not wait for an answer: it is withdrawn/);
  });

  it("comes by itself at the end of a block", async () => {
    const { run } = await (async () => {
      await using run = runAction(hello);
      await run.call();
      return { run };
    })();
    expect(run.status).toBe("canceled");
  });
});

describe("what a run says besides", () => {
  it("is recorded: logs, progress, where it leads", async () => {
    const run = runAction(async () => {
      await ctx.log("one", { two: 2 }, 3n);
      await ctx.loading.start({ label: "Refunding", itemsInQueue: 2 });
      await ctx.loading.completeOne();
      await io.input.text("Name");
      await ctx.redirect({ route: "customers/list", params: { page: 2 } });
      return "unseen";
    });
    await run.call();
    expect(run.loading).toBeUndefined();
    expect(run.progress).toEqual([
      { label: "Refunding", itemsInQueue: 2, itemsCompleted: 0 },
      { label: "Refunding", itemsInQueue: 2, itemsCompleted: 1 },
    ]);
    await run.answer("Ada");
    expect(await run.result()).toBeUndefined();
    expect(run.logs).toEqual([{ level: "info", values: ["one", { two: 2 }, 3n] }]);
    expect(run.redirect).toEqual({ link: { route: { path: "customers/list", params: { page: 2 } } }, replace: false });
    expect(run.status).toBe("redirected");
  });
});

describe("an action named by its path", () => {
  it("is found among routes and in a directory", async () => {
    const routes = { greetings: new Page({ routes: { hello } }) };
    const run = runAction("greetings/hello", { routes });
    await run.answer("Ada");
    expect(await run.result()).toBe("Hello, Ada");

    const routesDirectory = await mkdtemp(join(tmpdir(), "interval-testing-"));
    await writeFile(join(routesDirectory, "five.mjs"), "export default (io, ctx) => ctx.action.slug;");
    await writeFile(join(routesDirectory, "broken.mjs"), "throw new Error('It is broken.');");
    expect(await runAction("five", { routesDirectory }).result()).toBe("five");
    const missing = runAction("six", { routesDirectory });
    await expect(missing.result()).rejects.toThrow(/There is no action "six", but "five"\..*It is broken/s);
    await rm(routesDirectory, { recursive: true });
  });

  it("is no page", async () => {
    await expect(runAction("pages", { routes: { pages: new Page() } }).call()).rejects.toThrow(HostMisuseError);
  });
});
