import { setImmediate } from "node:timers/promises";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  AnswerSubmittedSchema,
  fromValue,
  type HostFrame,
  HostFrameSchema,
  IoCallSchema,
  IoChosenSchema,
  type IoComponent,
  type IoValue,
  limits,
  type RunEvent,
  RunEventSchema,
  RunStartedSchema,
  type RunSuccess,
  SelectSingleValueSchema,
  SelectTableValueSchema,
  StartRunSchema,
  TableQuerySchema,
  ValueSchema,
  withStored,
} from "@interval/proto";
import { describe, expect, it, vi } from "vitest";
import type { ActionHandler } from "../action.ts";
import type { Asset } from "../assets/assets.ts";
import { MemoryAssets } from "../assets/memory-assets.ts";
import { Outbox } from "../host/outbox.ts";
import { createIo, type Io } from "../io/io.ts";
import { execute } from "./execute.ts";
import { Replay } from "./replay.ts";
import { Run } from "./run.ts";

const KiB = 1024;
const text = (bytes: number) => "x".repeat(bytes);
const option = (i: number) => ({ label: `Option ${i}`, value: i, note: text(100) });

/** Assets that wait until they are let go, or fail. */
class SlowAssets extends MemoryAssets {
  gate: Promise<void> = Promise.resolve();
  override async put(runId: string, asset: Asset): Promise<string> {
    await this.gate;
    return super.put(runId, asset);
  }
}

/** A run of this process alone, and what it says. */
function startRun(assets = new SlowAssets(), more: ConstructorParameters<typeof Run>[3] = {}) {
  const frames: HostFrame[] = [];
  const outbox = new Outbox("run_1");
  outbox.attach(({ frame }) => {
    frames.push(fromBinary(HostFrameSchema, toBinary(HostFrameSchema, frame)));
    void Promise.resolve().then(() => outbox.acknowledge(frame.sequence));
  }, 0n);
  const run = new Run("run_1", outbox, assets.of("run_1"), more);
  const said = () => frames.map(({ body }) => body.case);
  const calls = () => frames.flatMap(({ body }) => (body.case === "call" && body.value.call) || []);
  const logs = () =>
    frames.flatMap(({ body }) => (body.case === "log" ? body.value.values.map((value) => fromValue(value)) : []));
  const bytesOf = (id = "") => assets.stored.get(id)?.bytes ?? new Uint8Array();
  return {
    run,
    io: createIo(() => run),
    assets,
    frames,
    said,
    calls,
    logs,
    components: () => calls().flatMap(({ components }) => components),
    bytesOf,
    whole: (component: IoComponent) => withStored(component, bytesOf(component.stored)),
    perform: async (handler: ActionHandler) => {
      await execute(run, handler, create(StartRunSchema), () => undefined);
      const body = frames.at(-1)?.body;
      return body?.case === "finish" && body.value.outcome.case === "success" ? body.value.outcome.value : body;
    },
  };
}

describe("a component", () => {
  it.each([
    [limits.inlineBytes - 200, false],
    [limits.inlineBytes + 1, true],
  ])("of %i bytes: stored is %s", async (bytes, isStored) => {
    const { io, components, whole, assets } = startRun();
    await io.display.code("A file", { code: text(bytes), language: "sql" });
    const [sent] = components();
    if (!sent) throw new Error("Nothing was sent.");
    expect(sent).toMatchObject({ key: "displayCode:A file", label: "A file" });
    expect(sent.stored !== undefined).toBe(isStored);
    expect(sent.kind.case).toBe(isStored ? undefined : "displayCode");
    expect(whole(sent).kind).toMatchObject({ case: "displayCode", value: { code: text(bytes), language: "sql" } });
    expect([...assets.stored.values()].map(({ mediaType }) => mediaType)).toEqual(
      isStored ? ["application/x-protobuf"] : [],
    );
  });

  it("with a long text keeps its beginning inline", async () => {
    const { io, components, whole } = startRun();
    const label = `# Report\n${text(300 * KiB)}`;
    await io.display.markdown(label);
    const [sent] = components();
    expect(sent?.label.length).toBe(limits.inlineText + 1);
    expect(sent?.label.startsWith("# Report")).toBe(true);
    expect(sent && whole(sent)).toMatchObject({ label, kind: { case: "displayMarkdown" } });
  });

  it("is stored once, however often it is asked", async () => {
    const { io, run, components, assets, calls } = startRun();
    const options = Array.from({ length: 5000 }, (_, i) => option(i)).map(({ note, ...rest }) => ({
      ...rest,
      description: note,
    }));
    for (let i = 0; i < 3; i++) {
      const asked = io.select.single("Customer", { options }).then(({ value }) => value);
      await expect.poll(() => calls().length).toBe(i + 1);
      const callKey = calls().at(-1)?.key ?? "";
      const values = { [callKey]: { kind: { case: "selectSingle", value: { optionKey: `n:${i}` } } } } as const;
      await run.answer(create(AnswerSubmittedSchema, { callKey, answer: { values } }));
      expect(await asked).toBe(i);
    }
    expect(components().map(({ key, stored }) => [key, stored])).toEqual([
      ["selectSingle:Customer", "asset_1"],
      ["selectSingle:Customer#2", "asset_1"],
      ["selectSingle:Customer#3", "asset_1"],
    ]);
    expect(assets.stored.size).toBe(1);
  });

  it("that grows on screen is stored once it is too large; what was sent before stays as it was", async () => {
    const { io, run, frames, components, whole } = startRun();
    const data = Promise.withResolvers<unknown>();
    await io.display.object("Export", { data: data.promise });
    data.resolve({ rows: Array.from({ length: 3000 }, () => text(100)) });
    await run.patches.idle();
    expect(components()[0]?.kind.value).toMatchObject({ eventual: { state: { case: "pending" } } });
    const patch = frames.at(-1)?.body;
    const patched = patch?.case === "patch" && patch.value.change.case === "component" && patch.value.change.value;
    if (!patched) throw new Error("Nothing was sent anew.");
    expect(patched).toMatchObject({ key: "displayObject:Export", label: "Export", kind: { case: undefined } });
    const { kind } = whole(patched);
    expect(kind.case === "displayObject" && fromValue(kind.value.data)).toMatchObject({ rows: { length: 3000 } });
  });

  it("that was sent keeps its frame, though it changes before the server has it", async () => {
    const { io, run } = startRun();
    run.outbox.detach();
    const data = Promise.withResolvers<unknown>();
    void io.display.object("Export", { data: data.promise }).then();
    await setImmediate();
    data.resolve(text(5_000_000));
    await run.patches.idle();
    const sizes: number[] = [];
    run.outbox.attach(({ frame }) => sizes.push(toBinary(HostFrameSchema, frame).length), 0n);
    expect(sizes).toHaveLength(2);
    expect(Math.max(...sizes)).toBeLessThan(KiB);
  });

  it("that takes files stays inline: the server reads it", async () => {
    const { io, components } = startRun();
    io.input.file("Report", { helpText: text(300 * KiB) }).catch(() => undefined);
    await setImmediate();
    expect(components()[0]?.kind.case).toBe("inputFile");
  });

  it("beyond the limit rejects, and names method, prop and limit; nothing is sent", async () => {
    const { io, said } = startRun();
    const code = text(limits.hostAssetBytes + 1);
    const group = io.group({ a: io.input.text("A"), b: io.display.code("B", { code, language: "ts" }) });
    await expect(group).rejects.toMatchObject({
      name: "HostMisuseError",
      message: 'io.display.code: "code": it has 50 MiB; at most 50 MiB are possible.',
    });
    await expect(io.display.markdown(code)).rejects.toThrow('io.display.markdown: "label": it has');
    expect(said()).toEqual([]);
  });
});

describe("a call", () => {
  it("of many that are too much for a frame stores the largest, until the rest fits", async () => {
    const { io, frames, components, whole } = startRun();
    const sizes = Array.from({ length: 20 }, (_, i) => (100 + i * 5) * KiB);
    await io.group(sizes.map((bytes, i) => io.display.code(`File ${i}`, { code: text(bytes) })));
    const kept = components().flatMap(({ stored }, i) => (stored === undefined ? [i] : []));
    expect(kept).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const wholes = components().map((component) => (component.stored ? whole(component) : component));
    expect(wholes.map(({ kind }) => kind.case === "displayCode" && kind.value.code.length)).toEqual(sizes);
    const bytes = frames.map((frame) => toBinary(HostFrameSchema, frame).length);
    expect(Math.max(...bytes)).toBeLessThanOrEqual(limits.frameBytes);
  });

  it("whose component cannot be stored rejects, and the program may go on", async () => {
    const { io, assets, said } = startRun();
    assets.gate = Promise.reject(new Error("The disk is full."));
    assets.gate.catch(() => undefined);
    const big = io.display.code("Big", { code: text(300 * KiB) });
    await expect(big).rejects.toThrow("The disk is full.");
    assets.gate = Promise.resolve();
    await io.display.code("Big", { code: text(300 * KiB) });
    expect(said()).toEqual(["call"]);
  });

  it("rejects at once when the run is canceled while it is stored", async () => {
    const { io, run, assets, said } = startRun();
    assets.gate = new Promise(() => undefined);
    const asked = io.display.code("Big", { code: text(300 * KiB) });
    asked.catch(() => undefined);
    run.cancel({ $typeName: "interval.run.v1.CancelRequested" });
    await expect(asked).rejects.toMatchObject({ name: "CanceledError" });
    expect(said()).toEqual([]);
  });
});

describe("a run", () => {
  it("that has said much stores smaller components too: its state is one message", async () => {
    const { io, components } = startRun();
    for (let i = 0; i < 60; i++) await io.display.code(`File ${i}`, { code: text(100 * KiB + i) });
    await io.display.code("Small", { code: text(1000) });
    const inline = components().filter(({ stored }) => stored === undefined);
    expect(inline.map(({ label }) => label)).toEqual([...Array.from({ length: 21 }, (_, i) => `File ${i}`), "Small"]);
    const state = create(IoCallSchema, { components: components() });
    expect(toBinary(IoCallSchema, state).length).toBeLessThan(limits.messageBytes);
  });
});

describe("a result", () => {
  it("that is large is stored", async () => {
    const { perform, bytesOf } = startRun();
    const rows = Array.from({ length: 30_000 }, (_, id) => ({ id, name: text(80), at: new Date(id) }));
    const success = await perform(() => rows);
    expect(success).toEqual({ $typeName: "interval.run.v1.RunSuccess", storedResult: "asset_1" });
    expect(fromValue(fromBinary(ValueSchema, bytesOf("asset_1")))).toEqual(rows);
  });

  it("that is small stays inline", async () => {
    const { perform, assets } = startRun();
    const success = await perform(() => text(limits.inlineBytes - 10));
    expect(success).toMatchObject({ result: { kind: { case: "stringValue" } } });
    expect(success).not.toHaveProperty("storedResult");
    expect(assets.stored.size).toBe(0);
  });

  it("beyond the limit, and one that cannot be stored, are left out: the run still succeeds, and says why", async () => {
    const huge = startRun();
    const nothing = { $typeName: "interval.run.v1.RunSuccess" };
    expect(await huge.perform(() => text(limits.hostAssetBytes))).toEqual(nothing);
    expect(huge.logs()).toEqual(["The result is left out. The result: it has 50 MiB; at most 50 MiB are possible."]);
    const broken = startRun();
    broken.assets.gate = Promise.reject(new Error("The disk is full."));
    broken.assets.gate.catch(() => undefined);
    expect(await broken.perform(() => text(limits.inlineBytes))).toEqual(nothing);
    expect(broken.logs()).toEqual(["The result is left out. The disk is full."]);
  });
});

describe("what was chosen", () => {
  const ask = (io: Io, count: number) => {
    const data = Array.from({ length: count }, (_, id) => ({ id, note: text(20) }));
    return io.select.table("Rows", { data, columns: ["id"] });
  };

  async function choose(count: number) {
    const started = startRun();
    const { io, run, calls, frames } = started;
    const asked = ask(io, count).then((rows) => rows.length);
    await expect.poll(() => calls().length).toBe(1);
    const callKey = calls()[0]?.key ?? "";
    const allOf = { queryTerm: "", pageSize: 20 };
    const values = { [callKey]: { kind: { case: "selectTable", value: { allOf } } } } as const;
    await run.answer(create(AnswerSubmittedSchema, { callKey, answer: { values } }));
    expect(await asked).toBe(count);
    const body = frames.find(({ body }) => body.case === "accepted")?.body;
    return { ...started, chosen: body?.case === "accepted" ? body.value.chosen : undefined };
  }

  it("is told with the answer, and stored where it is more", async () => {
    const few = await choose(10);
    expect(few.chosen?.items["selectTable:Rows"]?.items.map((row) => fromValue(row))).toHaveLength(10);
    expect(few.chosen?.stored).toBeUndefined();
    const many = await choose(20_000);
    expect(many.chosen).toMatchObject({ items: {}, stored: "asset_1" });
    const { items } = fromBinary(IoChosenSchema, many.bytesOf("asset_1"));
    const rows = items["selectTable:Rows"]?.items.map((row) => fromValue(row)) ?? [];
    expect(rows).toHaveLength(20_000);
    expect(rows.at(-1)).toEqual({ id: 19_999, note: text(20) });
  });
});

describe("a durable program that is executed again", () => {
  it("reads what was stored of results and choices, and leaves what waits as it is", async () => {
    const work = vi.fn(() => Array.from({ length: 10_000 }, (_, id) => ({ id, note: text(50) })));
    const options = Array.from({ length: 5000 }, (_, i) => ({ label: `Option ${i}`, value: i, description: text(60) }));
    const handler: ActionHandler = async (io, ctx) => {
      const data = await ctx.step("export", work);
      const rows = await io.select.table("Rows", { data, columns: ["id"] });
      const option = await io.select.single("Option", { options });
      return { rows: rows.length, last: rows.at(-1), option };
    };
    const first = startRun(undefined, { durable: true });
    void first.perform(handler);
    const events: RunEvent[] = [];
    const record = (kind: RunEvent["kind"]) =>
      events.push(create(RunEventSchema, { sequence: BigInt(events.length + 1), kind }));
    const answer = (callKey: string, kind: IoValue["kind"]) => {
      const given = { callKey, answer: { values: { [callKey]: { kind } } } };
      return create(AnswerSubmittedSchema, given);
    };
    record({ case: "started", value: create(RunStartedSchema, { hostInstanceId: "one" }) });
    await expect.poll(() => first.calls().length, { timeout: 5000 }).toBe(1);
    const allOf = create(TableQuerySchema, { pageSize: 20 });
    const value = create(SelectTableValueSchema, { allOf });
    const rows = answer("selectTable:Rows", { case: "selectTable", value });
    await first.run.answer(rows);
    await expect.poll(() => first.calls().length, { timeout: 5000 }).toBe(2);
    for (const { body } of first.frames) {
      if (body.case === "call") record({ case: "called", value: body.value });
      if (body.case === "step") record({ case: "stepped", value: body.value });
      if (body.case !== "accepted") continue;
      record({ case: "submitted", value: rows });
      record({ case: "accepted", value: body.value });
    }
    const kept = first.assets.stored.size;
    expect(kept).toBe(3); // the step's result, the rows, the options

    const next = startRun(first.assets, { durable: true, epoch: 2, replay: new Replay(events) });
    const ended = next.perform(handler);
    const picked = create(SelectSingleValueSchema, { optionKey: "n:4999" });
    await next.run.answer(answer("selectSingle:Option", { case: "selectSingle", value: picked })); // while it is made ready
    expect(fromValue(((await ended) as RunSuccess).result)).toEqual({
      rows: 10_000,
      last: { id: 9999, note: text(50) },
      option: options[4999],
    });
    expect(work).toHaveBeenCalledTimes(1);
    expect(next.said()).toEqual(["accepted", "finish"]);
    expect(first.assets.stored.size).toBe(kept);
  });

  it("is told which step's result is beyond the limit", async () => {
    const { perform } = startRun(undefined, { durable: true });
    const ended = await perform((_io, ctx) => ctx.step("export", () => text(limits.hostAssetBytes)));
    expect(ended).toMatchObject({
      value: {
        outcome: {
          value: { message: 'The result of ctx.step "export": it has 50 MiB; at most 50 MiB are possible.' },
        },
      },
    });
  });
});
