import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { fromValue, limits } from "@interval/proto";
import { describe, expect, it, vi } from "vitest";
import type { ActionHandler } from "../action.ts";
import type { FakeHost } from "../host/fake-host.ts";
import { HostTest, resultOf } from "../host/host-test.ts";
import { ctx, HostMisuseError, io, Layout, Page } from "../index.ts";

const test = new HostTest();
const warn = vi.fn();

/** What a run told of itself: its lines, how it ended, and what the developer's log holds. */
async function ran(handler: ActionHandler, answered: (fake: FakeHost) => void | Promise<void> = () => {}) {
  warn.mockReset();
  vi.spyOn(console, "warn").mockImplementation(warn);
  vi.spyOn(console, "log").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
  await test.host({ routes: { act: handler }, logLevel: "info" }).listen();
  const fake = await test.server.nextHost();
  fake.start("run_1", "act");
  await answered(fake);
  const finished = await fake.next("finish");
  const lines = fake.frames.flatMap(({ body }) =>
    body.case === "log" ? [String(fromValue(body.value.values[0]))] : [],
  );
  const printed = warn.mock.calls.map(([line]) => String(line));
  return { finished, lines, printed, calls: fake.frames.filter(({ body }) => body.case === "call").length };
}

/** Answers every call with yes, or with a text. */
async function answer(fake: FakeHost, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const { call } = await fake.next("call");
    const values = Object.fromEntries(
      (call?.components ?? []).map(({ key, kind }) => [
        key,
        kind.case === "confirm"
          ? ({ kind: { case: "confirm", value: { confirmed: true } } } as const)
          : ({ kind: { case: "inputText", value: { text: "Ada" } } } as const),
      ]),
    );
    const callKey = call?.key ?? "";
    fake.run("run_1", BigInt(100 + i), { case: "answer", value: { callKey, revision: 0, answer: { values } } });
  }
}

/** The line of this file that holds a comment. */
function lineOf(mark: string): number {
  const text = readFileSync(import.meta.filename, "utf8").split("\n");
  return text.findIndex((line) => line.endsWith(`// ${mark}`)) + 1;
}

describe("a promise that was forgotten", () => {
  it("is told with method, label, file and line, in the run and to the developer", async () => {
    const { finished, lines, printed, calls } = await ran(async () => {
      const ok: unknown = io.confirm("Delete?"); // forgotten
      return ok ? "DELETED" : "kept";
    });
    expect(resultOf(finished)).toBe("DELETED");
    expect(calls).toBe(0);
    const where = `unused.test.ts:${lineOf("forgotten")}:`;
    expect(lines).toEqual([expect.stringContaining('io.confirm "Delete?" (')]);
    expect(lines[0]).toContain(where);
    expect(lines[0]).toContain("was never awaited: the operator did not see it. Await it.");
    expect(printed).toEqual([expect.stringContaining(`run_1: ${lines[0]}`)]);
  });

  it.each<[string, ActionHandler, string]>([
    ["void before a return", (io) => void io.input.text("One"), 'io.input.text "One"'],
    ["a display", (io) => void io.display.heading("Title"), 'io.display.heading "Title"'],
    [
      "a chain, which counts as one",
      (io) =>
        void io.input
          .text("A")
          .optional()
          .validate(() => "")
          .withChoices(["x"]),
      'io.input.text "A"',
    ],
    ["a chain of several items", (io) => void io.input.file("F").multiple(), 'io.input.file "F"'],
    [
      "a group, and none of its members",
      (io) => void io.group([io.input.text("A"), io.group([io.input.text("B")])]),
      "io.group",
    ],
    ["a group with a label", (io) => void io.group({ a: io.input.text("A") }, { label: "Both" }), 'io.group "Both"'],
    ["the ambient io", () => void io.input.text("Ambient"), 'io.input.text "Ambient"'],
    [
      "an old name",
      (io) => void io.experimental.spreadsheet("S", { columns: { a: "string" } }),
      'io.experimental.spreadsheet "S"',
    ],
    ["a search", (io) => void io.search("S", { onSearch: () => [] }), 'io.search "S"'],
    [
      "a handler that fails",
      (io) => (io.input.text("Name") as unknown as string).toUpperCase(),
      'io.input.text "Name"',
    ],
    [
      "a handler that leads elsewhere",
      (io, ctx) => [io.input.text("Name"), void ctx.redirect({ route: "a" })].length,
      'io.input.text "Name"',
    ],
  ])("is told: %s", async (_what, handler, name) => {
    const { lines } = await ran(handler);
    expect(lines).toEqual([
      expect.stringMatching(
        new RegExp(`^${name.replace(".", "\\.")} \\(.*unused\\.test\\.ts:\\d+:\\d+\\) was never awaited`),
      ),
    ]);
  });

  it("is told where it is part of the result", async () => {
    const { finished, lines } = await ran(async (io) => ({ ok: io.confirm("Sure?"), later: Promise.resolve(1), n: 1 }));
    expect(resultOf(finished)).toEqual({ n: 1 });
    expect(lines).toEqual([
      '"ok" of the result is left out: a promise that was not awaited.',
      '"later" of the result is left out: a promise that was not awaited.',
      expect.stringContaining('io.confirm "Sure?"'),
    ]);
  });

  it("is told once for equal ones, and no more than anybody reads", async () => {
    const { lines } = await ran((io) => {
      for (let i = 0; i < 3; i++) void io.input.text("Again");
      for (let i = 0; i < 100; i++) void io.input.text(`Field ${i}`);
    });
    const { told } = limits.unusedPromises;
    expect(lines).toHaveLength(told + 1);
    expect(lines[0]).toMatch(/^3 times: io\.input\.text "Again"/);
    expect(lines.at(-1)).toBe(`${101 - told} more promises were not awaited.`);
  });

  it("is told of a step, which the end of the run cuts off", async () => {
    const done = vi.fn();
    const { lines } = await ran((_io, ctx) => void ctx.step("charge", done).catch(() => {}));
    expect(lines).toEqual([
      expect.stringMatching(/^ctx\.step "charge" \(.*unused\.test\.ts:\d+:\d+\) was not awaited: .* is not recorded/),
    ]);
  });

  it("is not told of what was interrupted", async () => {
    const { lines, finished } = await ran(
      async (io) => {
        const later = io.input.text("Later");
        await io.input.text("First");
        return later;
      },
      async (fake) => {
        await fake.next("call");
        fake.run("run_1", 3n, { case: "cancel", value: {} });
      },
    );
    expect(finished.outcome.case).toBe("canceled");
    expect(lines).toEqual([]);
  });

  it("is told of a page, whose handler does not show it", async () => {
    const printed = Promise.withResolvers<string>();
    vi.spyOn(console, "log").mockImplementation(() => {});
    vi.spyOn(console, "warn").mockImplementation(printed.resolve);
    const handler = (display: typeof io.display) => {
      display.heading("Forgotten");
      return new Layout({ children: [display.heading("Shown")] });
    };
    await test.host({ routes: { page: new Page({ handler }) }, logLevel: "info" }).listen();
    const fake = await test.server.nextHost();
    fake.openPage("page_1", "page");
    await fake.next("part");
    expect(await printed.promise).toMatch(
      /The page "page": io\.display\.heading "Forgotten" \(.*unused\.test\.ts:\d+:\d+\) is not shown\. Put it into the children/,
    );
  });
});

describe("a promise that is used", () => {
  const one = (fake: FakeHost) => answer(fake, 1);
  const two = (fake: FakeHost) => answer(fake, 2);
  it.each<[string, ActionHandler, (fake: FakeHost) => Promise<void>]>([
    ["awaited", async (io) => void (await io.input.text("A")), one],
    ["returned", (io) => io.input.text("A"), one],
    ["returned by an async function", async (io) => io.input.text("A"), one],
    [
      "stored and awaited later",
      async (io) => {
        const a = io.input.text("A");
        await ctx.log("x");
        await a;
      },
      one,
    ],
    [
      "awaited as a chain",
      async (io) =>
        void (await io.input
          .text("A")
          .optional()
          .validate(() => undefined)),
      one,
    ],
    [
      "awaited before its chain is dropped",
      async (io) => {
        const a = io.input.text("A");
        a.optional();
        await a;
      },
      one,
    ],
    ["grouped", async (io) => void (await io.group({ a: io.input.text("A"), b: io.group([io.input.text("B")]) })), one],
    ["given to Promise.all", async (io) => void (await Promise.all([io.input.text("A"), io.input.text("B")])), two],
    ["given to Promise.allSettled", async (io) => void (await Promise.allSettled([io.input.text("A")])), one],
    ["given to Promise.any", async (io) => void (await Promise.any([io.input.text("A")])), one],
    ["given to Promise.race", async (io) => void (await Promise.race([io.input.text("A"), io.confirm("B")])), one],
    ["given to Promise.resolve", async (io) => void (await Promise.resolve(io.input.text("A"))), one],
    [
      "looped over",
      async (io) => {
        for await (const text of [io.input.text("A")]) await ctx.log(text);
      },
      one,
    ],
    ["given to then", (io) => io.input.text("A").then((text) => void text), one],
    [
      "given to catch",
      (io) =>
        io.input
          .text("A")
          .catch(() => "")
          .then(() => {}),
      one,
    ],
    [
      "given to finally",
      (io) =>
        io.input
          .text("A")
          .finally(() => {})
          .then(() => {}),
      one,
    ],
    ["given by a step", async (io, ctx) => void (await ctx.step("ask", () => io.input.text("A"))), one],
  ])("is not told: %s", async (_what, handler, answered) => {
    const { lines, finished, printed } = await ran(handler, answered);
    expect(finished.outcome.case).toBe("success");
    expect(lines.filter((line) => line.includes("await"))).toEqual([]);
    expect(printed).toEqual([]);
  });
});

describe("a promise that is no value yet", () => {
  it.each<[string, (given: unknown) => unknown]>([
    ["a template literal", (given) => `${given}`],
    ["a concatenation", (given) => `is ${String(given)}`],
    ["JSON", (given) => JSON.stringify({ given })],
    ["arithmetic", (given) => Number(given) + 1],
    ["a comparison", (given) => (given as number) > 5],
    ["the name of a field", (given) => ({ yes: 1 })[given as "yes"]],
    ["join", (given) => [given].join()],
    ["toString()", (given) => (given as object).toString()],
    ["valueOf()", (given) => (given as object).valueOf()],
  ])("refuses %s, and says what to do", (_what, use) => {
    const all = [io.confirm("Delete?"), io.input.text("A").optional(), io.display.heading("H"), io.group([])];
    for (const given of all) expect(() => use(given)).toThrow(HostMisuseError);
    expect(() => use(all[0])).toThrow('io.confirm "Delete?" is a promise and has no value yet: await it first.');
  });

  it("can be looked at", () => {
    expect(inspect(io.confirm("Delete?"))).toBe('[io.confirm "Delete?": not awaited]');
    expect(inspect({ ok: io.group([]) })).toBe("{ ok: [io.group: not awaited] }");
    expect(Object.prototype.toString.call(io.confirm("Delete?"))).toBe("[object Promise]");
    expect(io.confirm("Delete?")).toBeInstanceOf(Promise);
  });

  it("is named where it stands in the place of something else", async () => {
    const { finished } = await ran((io) => io.input.text(io.input.text("A") as unknown as string));
    expect(finished.outcome).toMatchObject({
      case: "failure",
      value: { message: expect.stringContaining("a promise that was not awaited") },
    });
  });

  it("is named in a line that is logged", async () => {
    const { lines } = await ran((io, ctx) => ctx.log(io.confirm("Sure?")));
    expect(lines[0]).toBe("[a promise that was not awaited]");
  });
});
