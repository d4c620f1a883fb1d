// A cancel reaches a run wherever it is, and it always ends.
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { CallStatus, fromValue, RunStatus } from "@interval/proto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OperatorClient, openCall, runId } from "./harness/operator-client.ts";
import { newDirectory } from "./harness/paths.ts";
import type { TestProcess } from "./harness/process.ts";
import { Stage } from "./harness/stage.ts";

const program = `
import { appendFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { CanceledError, ctx, Interval, io } from "@interval/sdk";

const tell = (action, what) => appendFileSync(process.env.TOLD, JSON.stringify([action, what]) + "\\n");
const forever = () => new Promise(() => {});

/** Waits somewhere, and tells how that ends. */
const places = {
  "between two calls": async () => {
    await io.display.heading("First");
    tell(ctx.action.slug.replace("durable-", ""), "is there");
    // It knows nothing of the cancel until it asks again.
    while (!ctx.signal.aborted) await setTimeout(10);
    await io.input.text("Second");
  },
  asking: () => io.input.text("Name").then(() => {}),
  "asking twice": () => Promise.all([io.input.text("A"), io.input.text("B")]),
  loading: async () => {
    await ctx.loading.start({ label: "Indexing", itemsInQueue: 5 });
    tell(ctx.action.slug.replace("durable-", ""), "is there");
    await setTimeout(60_000, undefined, { signal: ctx.signal });
  },
  "a validator": () => io.input.text("Name").validate(() => { tell("a-validator", "is there"); return forever(); }),
  "a table's rows": () => io.select.table("Charges", { getData: () => { tell("a-table-s-rows", "is there"); return forever(); } }),
  "a step": () => ctx.step("charge", async ({ signal }) => { tell("a-step", "is there"); await setTimeout(60_000, undefined, { signal }); }),
  "a step that goes on": () => ctx.step("charge", async ({ signal }) => {
    tell("a-step-that-goes-on", "is there");
    while (!signal.aborted) await setTimeout(10);
    await setTimeout(50);
    tell("a-step-that-goes-on", "has charged");
  }),
};

const routes = {};
for (const [name, wait] of Object.entries(places)) {
  const slug = name.replace(/\\W+/g, "-");
  for (const durable of [false, true]) {
    routes[durable ? "durable-" + slug : slug] = { durable, handler: async () => {
      try {
        await wait();
        tell(slug, "goes on");
      } catch (error) {
        const isReason = error === ctx.signal.reason || error.cause === ctx.signal.reason;
        tell(slug, [ctx.signal.reason instanceof CanceledError, isReason, ctx.signal.aborted]);
        await ctx.log("cleaned up");
        throw error;
      }
    } };
  }
}
Object.assign(routes, {
  stubborn: async () => {
    for (let i = 0; i < 5; i++) await io.input.text("Name").catch((error) => tell("stubborn", error.name));
    return "never mind";
  },
  deaf: async () => { tell("deaf", "is there"); await forever(); },
  late: async () => {
    tell("late", "is there");
    await setTimeout(2_500);
    try { await io.input.text("Name"); } catch (error) { tell("late", [error.name, ctx.signal.reason.name]); }
  },
  broken: async () => {
    try { await io.input.text("Name"); } catch { throw new Error("The clean-up failed"); }
  },
  hello: () => "Hello",
});
new Interval({ routes, onError: ({ route, error }) => tell("onError", [route, error.message]) }).listen();
`;

let stage: Stage;
let client: OperatorClient;
let host: TestProcess;
let file: string;

beforeAll(async () => {
  stage = await Stage.open({ INTERVAL_TIMING: "cancelCleanUpMs=1000" });
  file = join(await newDirectory("told"), "told.jsonl");
  await appendFile(file, "");
  host = await stage.program("cancel", program, { TOLD: file });
  client = stage.client;
});
afterAll(() => stage?.[Symbol.asyncDispose]());

/** What the program has told of an action since its run was started. */
async function told(action: string, from = 0): Promise<unknown[]> {
  const lines = (await readFile(file, "utf8")).split("\n").filter(Boolean);
  return lines
    .flatMap((line): unknown[] => {
      const [of, what]: [string, unknown] = JSON.parse(line);
      return of === action ? [what] : [];
    })
    .slice(from);
}

const name = { values: { "inputText:Name": { kind: { case: "inputText", value: { text: "Ada" } } } } } as const;

/** Cancels a run and waits for its end. */
async function cancel(id: string) {
  await client.runs.cancelRun({ runId: id });
  await expect
    .poll(async () => (await client.runs.getRun({ runId: id })).state?.finished?.outcome.case, { timeout: 10_000 })
    .toBeDefined();
  const { state } = await client.runs.getRun({ runId: id });
  return state;
}

async function start(action: string): Promise<string> {
  const { state } = await client.runs.startRun({ action });
  return state?.run?.id ?? "";
}

describe.each([false, true])("a cancel (durable: %s)", (durable) => {
  const slug = (place: string) => `${durable ? "durable-" : ""}${place}`;

  it.each(["between-two-calls", "loading", "a-table-s-rows", "a-step", "a-step-that-goes-on"])(
    "reaches %s",
    async (place) => {
      const before = (await told(place)).length;
      const id = await start(slug(place));
      await expect.poll(() => told(place, before)).toEqual(["is there"]);
      const state = await cancel(id);
      expect(state?.run?.status).toBe(RunStatus.CANCELED);
      const charged = place === "a-step-that-goes-on" ? ["has charged"] : [];
      expect(await told(place, before)).toEqual(["is there", ...charged, [true, true, true]]);
      const { lines } = await client.runs.listLogs({ runId: id });
      expect(lines.map(({ kind }) => kind.case === "logged" && kind.value.values.map(fromValue))).toEqual([
        ["cleaned up"],
      ]);
    },
  );

  it.each(["asking", "asking-twice"])("withdraws what it waits for: %s", async (place) => {
    const before = (await told(place)).length;
    const asked = await client.start(slug(place));
    const state = await cancel(runId(asked));
    expect(state?.run?.status).toBe(RunStatus.CANCELED);
    expect(new Set(state?.calls.map(({ status }) => status))).toEqual(new Set([CallStatus.WITHDRAWN]));
    expect(await told(place, before)).toEqual([[true, true, true]]);
  });

  it("reaches a validator that never settles", async () => {
    const before = (await told("a-validator")).length;
    const asked = await client.start(slug("a-validator"));
    const { call, revision } = openCall(asked);
    await client.runs.answerCall({ runId: runId(asked), callKey: call?.key ?? "", revision, answer: name });
    await expect.poll(() => told("a-validator", before)).toEqual(["is there"]);
    expect((await cancel(runId(asked)))?.run?.status).toBe(RunStatus.CANCELED);
    expect(await told("a-validator", before)).toEqual(["is there", [true, true, true]]);
  });
});

describe("a run that is canceled", () => {
  it("while it starts ends as canceled, whether or not its program has begun", async () => {
    for (let i = 0; i < 20; i++) {
      const id = await start("asking");
      expect((await cancel(id))?.run?.status).toBe(RunStatus.CANCELED);
    }
  });

  it("is asked nothing more, however often its program tries", async () => {
    const asked = await client.start("stubborn");
    const state = await cancel(runId(asked));
    expect(state?.run?.status).toBe(RunStatus.CANCELED);
    expect(state?.calls).toHaveLength(1);
    expect(await told("stubborn")).toEqual(Array.from({ length: 5 }, () => "CanceledError"));
  });

  it("ends after the time for its clean-up though its program does not, and its host goes on", async () => {
    const id = await start("deaf");
    await expect.poll(() => told("deaf")).toEqual(["is there"]);
    expect((await cancel(id))?.run?.status).toBe(RunStatus.CANCELED);
    expect((await client.start("hello")).run?.status).toBe(RunStatus.SUCCEEDED);
  });

  it("keeps its reason for a program that asks after it was ended", async () => {
    const id = await start("late");
    await expect.poll(() => told("late")).toEqual(["is there"]);
    expect((await cancel(id))?.run?.status).toBe(RunStatus.CANCELED);
    await expect.poll(() => told("late")).toEqual(["is there", ["RunClosedError", "CanceledError"]]);
  });

  it("tells its developer of a clean-up that fails, and of nothing else", async () => {
    const asked = await client.start("broken");
    expect((await cancel(runId(asked)))?.run?.status).toBe(RunStatus.CANCELED);
    await host.printed(/The action "broken" failed \(run_\w+\): Error: The clean-up failed\n +at /);
    expect(await told("onError")).toEqual([["broken", "The clean-up failed"]]);
  });

  it("after its end stays as it ended", async () => {
    const state = await client.start("hello");
    expect((await cancel(runId(state)))?.run?.status).toBe(RunStatus.SUCCEEDED);
  });

  it("while its host is away ends at once", async () => {
    const asked = await client.start("asking");
    await host.stop("SIGKILL");
    await expect
      .poll(async () => (await client.runs.cancelRun({ runId: runId(asked) })).state?.run?.status)
      .toBe(RunStatus.CANCELED);
  });
});
