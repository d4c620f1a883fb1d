// Whatever a program says, each frame fits, and the host and its other runs go on.
import { toBinary } from "@bufbuild/protobuf";
import { FieldErrorCode, fromValue, HostFrameSchema, limits } from "@interval/proto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ActionHandler } from "../action.ts";
import { ctx, io, Layout, type LayoutDefinition, Page } from "../index.ts";
import type { FakeHost } from "./fake-host.ts";
import { HostTest, hello, text } from "./host-test.ts";

const test = new HostTest();
const long = "x".repeat(3 * limits.frameBytes);
const rejected: unknown[] = [];
const reject = (error: unknown) => void rejected.push(error);

beforeEach(() => {
  rejected.length = 0;
  process.on("unhandledRejection", reject);
  for (const method of ["error", "warn", "log"] as const) vi.spyOn(console, method).mockImplementation(() => {});
});
afterEach(() => process.off("unhandledRejection", reject));

/** A run of a program, and a check that all it said fits, and that the host goes on. */
async function started(handler: ActionHandler): Promise<{ fake: FakeHost; isWell: () => Promise<void> }> {
  const fake = await test.attached({ act: handler, hello });
  fake.start("run_1", "act");
  return { fake, isWell: () => isWell(fake) };
}

async function isWell(fake: FakeHost): Promise<void> {
  fake.start("run_2", "hello");
  while ((await fake.next("call")).call?.key !== "inputText:Your name");
  const sizes = fake.frames.map((frame) => toBinary(HostFrameSchema, frame).length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(limits.frameBytes);
  expect(rejected).toEqual([]);
  expect(test.hosts[0]?.isConnected).toBe(true);
}

/** What a run failed with. */
async function failure(fake: FakeHost): Promise<string> {
  const { outcome } = await fake.next("finish");
  return outcome.case === "failure" ? outcome.value.message : `${outcome.case}`;
}

describe("a refusal", () => {
  it("of more than a frame holds is cut, and can be answered again", async () => {
    let isStrict = true;
    const check = () => (isStrict ? "é".repeat(20_000) : undefined);
    const { fake, isWell } = await started((io) =>
      io.group(Array.from({ length: 300 }, (_, i) => io.input.text(`Field ${i}`).optional().validate(check))),
    );
    const { call } = await fake.next("call");
    const values = Object.fromEntries(
      (call?.components ?? []).map(({ key }) => [key, text(key, "a").value.answer.values[key]]),
    );
    const answer = (revision: number) =>
      ({ case: "answer", value: { callKey: call?.key ?? "", revision, answer: { values } } }) as never;
    fake.run("run_1", 3n, answer(0));
    const { errors } = await fake.next("refused");
    expect(errors).toHaveLength(limits.refusal.errors + 1);
    expect(errors[0]?.text).toMatch(/^é{10000}… \(20000 characters in all\)$/);
    expect(errors.at(-1)).toMatchObject({ componentKey: "", text: "200 more faults are not shown." });
    isStrict = false;
    fake.run("run_1", 5n, answer(1));
    expect((await fake.next("finish")).outcome.case).toBe("success");
    await isWell();
  });

  it("by a validator of a group is cut", async () => {
    const { fake, isWell } = await started((io) => io.group({ a: io.input.text("A") }).validate(() => long));
    const { call } = await fake.next("call");
    const values = text("a", "x").value.answer.values;
    fake.run("run_1", 3n, { case: "answer", value: { callKey: call?.key ?? "", revision: 0, answer: { values } } });
    const [error] = (await fake.next("refused")).errors;
    expect(error).toMatchObject({ componentKey: "", code: FieldErrorCode.REJECTED });
    expect(error?.text).toMatch(/^x{10000}… \(\d+ characters in all\)$/);
    await isWell();
  });
});

describe("a line", () => {
  it.each<[string, unknown[]]>([
    ["a text of 100 MB", ["y".repeat(100_000_000)]],
    ["many values", Array.from({ length: 50 }, () => "y".repeat(100_000))],
    ["bytes", [new Uint8Array(5_000_000)]],
  ])("of %s is cut, and says so", async (_what, values) => {
    const { fake, isWell } = await started((_io, ctx) => ctx.log(...values));
    const line = fromValue((await fake.next("log")).values[0]);
    expect(line).toMatch(
      /^A line was cut\. This is \d+\.\d MiB in all; at most 1 MiB can be sent at once\. It begins: /,
    );
    expect(String(line).length).toBeLessThan(5000);
    expect((await fake.next("finish")).outcome.case).toBe("success");
    await isWell();
  });
});

describe("progress", () => {
  it("is cut", async () => {
    const { fake, isWell } = await started(async (_io, ctx) => {
      await ctx.loading.start({ label: long, description: long, itemsInQueue: 1e300 });
      await ctx.loading.update(long);
    });
    const { loading } = await fake.next("loading");
    expect(loading?.label).toMatch(/^x{1000}… /);
    expect(loading?.itemsInQueue).toBe(BigInt(Number.MAX_SAFE_INTEGER));
    expect((await fake.next("loading")).loading?.label).toMatch(/^x{1000}… /);
    await isWell();
  });
});

describe("what does not fit fails its run and says why", () => {
  const most = "at most 1 MiB can be sent at once.";
  it.each<[string, ActionHandler, string]>([
    [
      "a label of a group",
      (io) => io.group([io.input.text("A")], { label: long }),
      `io.group: This is 3.0 MiB in all; ${most}`,
    ],
    ["choices", (io) => io.input.text("A").withChoices([long]), "io.input.text: This is"],
    [
      "a key",
      (io) => io.input.text("A", { key: long }),
      `io.input.text: the key has ${long.length} characters with the sections around it; at most 1000 are possible.`,
    ],
    ["a key of a group", (io) => io.group([io.input.text("A")], { key: long }), "io.group: the key has"],
    ["a name in a group", (io) => io.group({ [long]: io.input.text("A") }), "io.input.text: the key has"],
    [
      "a key that is no text",
      (io) => io.group([io.input.text("A")], { key: 5 as never }),
      'io.group: "key" must be a string, but it is 5.',
    ],
    ["an address", (_io, ctx) => ctx.redirect({ url: `https://example.com/${long}` }), "ctx.redirect: the address has"],
    ["what is no address", (_io, ctx) => ctx.redirect({ url: "y".repeat(5000) }), 'ctx.redirect: "yyyy'],
    [
      "parameters",
      (_io, ctx) => ctx.redirect({ route: "a", params: { long } }),
      `ctx.redirect: This is 3.0 MiB in all; ${most}`,
    ],
    ["a step's name", (_io, ctx) => ctx.step(long, () => 1), `ctx.step "xxxx`],
    ["a step's key", (_io, ctx) => ctx.step("a", () => 1, { key: long }), 'ctx.step "a" (a string): a name or key has'],
    [
      "an error",
      () => {
        throw new Error(long);
      },
      "xxxx",
    ],
  ])("%s", async (_what, handler, message) => {
    const { fake, isWell } = await started(handler);
    const told = await failure(fake);
    expect(told.slice(0, message.length)).toBe(message);
    expect(told.length).toBeLessThan(limits.thrownText + 100);
    await isWell();
  });

  it("a redirect that the program lets fail leads nowhere", async () => {
    const { fake, isWell } = await started((_io, ctx) =>
      ctx.redirect({ route: "a", params: { long } }).catch(() => {}),
    );
    expect((await fake.next("finish")).outcome.case).toBe("success");
    await isWell();
  });

  it("nothing of a step that could not be recorded is done", async () => {
    const done = vi.fn();
    const { fake } = await started(() => ctx.step(long, done));
    await failure(fake);
    expect(done).not.toHaveBeenCalled();
  });
});

describe("a page", () => {
  const opened = async (layout: () => LayoutDefinition) => {
    const fake = await test.attached({ page: new Page({ handler: () => new Layout(layout()) }), hello });
    fake.openPage("page_1", "page");
    return fake;
  };
  const tooLarge = { case: "failure", value: { message: expect.stringContaining("can be sent at once") } };

  it.each<[string, () => LayoutDefinition]>([
    ["a title", () => ({ title: long })],
    ["a menu", () => ({ menuItems: [{ label: long, route: "a" }] })],
  ])("with %s that does not fit says so in its place", async (_what, layout) => {
    const fake = await opened(layout);
    expect((await fake.next("page")).outcome).toMatchObject(tooLarge);
    await isWell(fake);
  });

  it("says so also where that comes later", async () => {
    const fake = await opened(() => ({ title: async () => long }));
    expect((await fake.next("page")).outcome.case).toBe("layout");
    expect((await fake.next("page")).outcome).toMatchObject(tooLarge);
    await isWell(fake);
  });

  it("shows in the place of a part why its key does not fit, and the other parts", async () => {
    const fake = await opened(() => ({ children: [io.display.heading("H", { key: long }), io.display.heading("B")] }));
    expect((await fake.next("page")).outcome).toMatchObject({
      case: "failure",
      value: { message: expect.stringContaining("the key has") },
    });
    await isWell(fake);
  });
});

describe("a host", () => {
  const definition = { handler: () => 1, description: "d".repeat(1000) };
  const routes = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`action_${i}`, definition]));

  it("with more routes than a frame holds is told when it listens", async () => {
    await expect(test.host({ routes }).listen()).rejects.toThrow(
      /The 1000 routes have .* at most 640 KiB are possible/,
    );
  });

  it("goes on with the routes of before where new ones do not fit, also after a loss", async () => {
    const interval = test.host({ routes: { hello } });
    await interval.listen();
    const fake = await test.server.nextHost();
    const told = Promise.withResolvers<string>();
    vi.spyOn(console, "error").mockImplementation(told.resolve);
    for (const [slug, route] of Object.entries(routes)) interval.routes.add(slug, route);
    expect(await told.promise).toContain("The routes have changed, but cannot be offered: The 1001 routes have");
    fake.drop();
    const again = await test.server.nextHost();
    expect(again.hello.catalog?.routes.map(({ path }) => path)).toEqual(["hello"]);
    await isWell(again);
  });
});
