import { fromJsonString, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { foldRun, type IoAnswer, RunEventSchema, RunSchema, type RunState, TranscriptSchema } from "@interval/proto";
import { flushPromises } from "@vue/test-utils";
import { afterEach, describe, expect, it } from "vitest";
import { createSession } from "../../../composables/useSession.ts";
import { watchKey } from "../../../composables/useWatch.ts";
import { createDemoTransport, createDemoWatch } from "../../../demo/backend.ts";
import { mountIo } from "../../../demo/mount.ts";
import { transcriptFile } from "../../../lib/transcript-file.ts";
import { type Api, apiKey, createApi } from "../../../transport.ts";
import RunTranscript from "./RunTranscript.vue";

afterEach(() => {
  document.body.innerHTML = "";
});

function open() {
  const transport = createDemoTransport();
  return { transport, api: createApi(transport) };
}

async function start(api: Api, action: string): Promise<RunState> {
  const { state } = await api.runs.startRun({ action, tabId: "tab" });
  if (!state) throw new Error("The run has no state.");
  return state;
}

async function draw({ transport, api }: ReturnType<typeof open>, state: RunState) {
  const session = createSession(api);
  await session.load();
  const source = createDemoWatch(transport);
  const provide = { [apiKey as symbol]: api, [watchKey as symbol]: () => Promise.resolve(source) };
  const runId = state.run?.id ?? "";
  const wrapper = mountIo(RunTranscript, { runId, state, developer: true }, {}, session, provide);
  await flushPromises();
  const texts = () => wrapper.findAll("[data-entry]").map((entry) => entry.get(".transcript-what").text());
  return { wrapper, texts };
}

describe("the transcript of a run", () => {
  it("tells who did what, when, and how it ended", async () => {
    const demo = open();
    const { wrapper, texts } = await draw(demo, await start(demo.api, "payout"));
    const told = texts().map((text) => text.replace(/\s+/g, " "));
    expect(told).toEqual([
      "Ada Lovelace started the run",
      "The action began",
      'Looking for open payouts {"month":"2026-11","currency":"EUR"}',
      "Reading invoices · 312 items · 0 sec2026-11",
      expect.stringMatching(/^Shown ?There is .*one.* open payout/),
      "Asked: Pay out",
      expect.stringMatching(/^Ada Lovelace answered.*Refused by the action.*needs a second signature/),
      "Grace Hopper asked to drive",
      "Ada Lovelace handed the run over",
      "Grace Hopper drives the run",
      expect.stringMatching(/^Grace Hopper answered/),
      expect.stringMatching(/^The host is away.*The connection was lost\. The run waits until Nov 3, 2026/),
      expect.stringMatching(/^Given to another host, attempt 2.*Back after 0 sec/),
      "The action is executed again, with what is recorded",
      "The bank answered slowly, trying once more",
      expect.stringMatching(/^Step pay is done.*po_81/),
      "The receipt could not be printed",
      expect.stringMatching(/^Completed.*950/),
    ]);
    const times = wrapper.findAll("[data-entry] .transcript-time");
    expect(times).toHaveLength(told.length);
    expect(times[0]?.attributes("title")).toMatch(/^Nov|\d{4}.*\.\d{3}.*UTC$/);
    expect(times[0]?.attributes("datetime")).toMatch(/Z$/);
    const [refused, taken] = wrapper.findAll("[data-entry=submitted]");
    const values = (entry: typeof refused) =>
      entry?.findAll("input, textarea").map(({ element }) => "value" in element && element.value);
    expect(values(refused)).toEqual(["5,000.00", "Paid by hand"]);
    expect(values(taken)).toEqual(["950.00", expect.stringMatching(/^Agreed.*next invoice\.$/)]);
    expect(wrapper.findAll("[data-entry] button")).toEqual([]);
    expect(wrapper.findAll("input:not(:disabled), textarea:not(:disabled)")).toEqual([]);
  });

  it("is live while the run is open", async () => {
    const demo = open();
    const state = await start(demo.api, "hello");
    const { wrapper, texts } = await draw(demo, state);
    expect(texts().at(-1)).toContain("Waiting for an answer.");
    const answer = { values: { name: { kind: { case: "inputText" as const, value: { text: "Ada" } } } } };
    const runId = state.run?.id ?? "";
    await demo.api.runs.answerCall({ runId, callKey: "name", answer: answer as unknown as IoAnswer });
    await wrapper.setProps({ state: (await demo.api.runs.getRun({ runId })).state });
    await expect.poll(() => texts().at(-1)).toContain("Hello, Ada");
    expect(texts().at(-2)).toContain("Ada Lovelace answered");
    expect(texts().at(-3)).toBe("Asked: Your name");
  });

  it("comes a page at a time, and all at once when that is asked for", async () => {
    const demo = open();
    const state = await start(demo.api, "chatty");
    const { wrapper, texts } = await draw(demo, state);
    expect(texts()).toHaveLength(100);
    const press = (label: string) =>
      wrapper
        .findAll("button")
        .find((button) => button.text() === label)
        ?.trigger("click");
    await press("Show more");
    await expect.poll(() => texts().length).toBe(200);
    await press("Show all");
    await expect.poll(() => texts().length).toBe(303);
    expect(texts().at(-2)).toBe("Line 300");
    expect(wrapper.findAll("button").map((button) => button.text())).toEqual(["Export JSON", "Print"]);
  }, 30_000);

  it("says why it is not there, and tries again", async () => {
    const demo = open();
    const state = await start(demo.api, "payout");
    const { listEvents } = demo.api.runs;
    let broken = true;
    demo.api.runs.listEvents = (...given) =>
      broken ? Promise.reject(new ConnectError("The disk is full.", Code.Internal)) : listEvents(...given);
    const { wrapper, texts } = await draw(demo, state);
    expect(wrapper.get("[role=alert]").text()).toContain("The disk is full.");
    broken = false;
    await wrapper.get("[role=alert] button").trigger("click");
    await expect.poll(() => texts().length).toBe(18);
    expect(wrapper.find("[role=alert]").exists()).toBe(false);
  });
});

describe("the exported file", () => {
  it("reads back as the very run and events, from all pages", async () => {
    const { api } = open();
    const runId = (await start(api, "payout")).run?.id ?? "";
    const pages: number[] = [];
    const blob = await transcriptFile(async (afterSequence) => {
      const page = await api.runs.listEvents({ runId, afterSequence, pageSize: 7 });
      pages.push(page.events.length);
      return page;
    });
    const text = await blob.text();
    const read = fromJsonString(TranscriptSchema, text);
    expect(pages).toEqual([7, 7, 7]);
    expect(read).toMatchObject({ format: "interval.transcript", version: 1 });
    expect(read.exportTime).toBeDefined();
    const { events } = await api.runs.listEvents({ runId, pageSize: 200 });
    const bytes = (of: typeof events) => of.map((event) => toBinary(RunEventSchema, event));
    expect(bytes(read.events)).toEqual(bytes(events));
    const run = foldRun(read.events).run;
    if (!run || !read.run) throw new Error("The file holds no run.");
    expect(toBinary(RunSchema, read.run)).toEqual(toBinary(RunSchema, run));
    expect(text.split("\n")).toHaveLength(events.length + 3);
  });

  it("is not made of a server that goes in circles", async () => {
    const { api } = open();
    const runId = (await start(api, "payout")).run?.id ?? "";
    const circle = async () => ({ ...(await api.runs.listEvents({ runId, pageSize: 2 })), hasMore: true });
    await expect(transcriptFile(circle)).rejects.toThrow("the same events again");
  });
});
