// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { create, fromJson, type JsonValue, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { CallStatus, type RunEvent, RunEventSchema } from "@interval/proto";
import { describe, expect, it } from "vitest";
import { emptyTranscript, extendTranscript, type Transcript } from "./entries.ts";

type Kind = NonNullable<MessageInitShape<typeof RunEventSchema>["kind"]>;

const journals = new URL("../../../../../proto/testdata/journals/", import.meta.url);
const journal = (name: string) => {
  const { events } = JSON.parse(readFileSync(new URL(name, journals), "utf8")) as { events: JsonValue[] };
  return events.map((event) => fromJson(RunEventSchema, event));
};

const started: Kind = { case: "started", value: { run: { id: "run_1" }, hostInstanceId: "a" } };
const began: Kind = { case: "began", value: { hostInstanceId: "a" } };
const asks = (key: string): Kind => ({
  case: "called",
  value: {
    call: { key, awaitsAnswer: true, components: [{ key, label: "Name", kind: { case: "inputText", value: {} } }] },
  },
});
const answers = (key: string, revision = 0): Kind => ({
  case: "submitted",
  value: { callKey: key, revision, answer: {} },
});
const loads = (label?: string): Kind => ({ case: "loading", value: { loading: label ? { label } : undefined } });
const success: Kind = { case: "finished", value: { outcome: { case: "success", value: {} } } };

/** Events a second apart. */
function events(...kinds: Kind[]): RunEvent[] {
  return kinds.map((kind, i) =>
    create(RunEventSchema, { sequence: BigInt(i + 1), time: timestampFromMs((i + 1) * 1000), kind }),
  );
}
const flat = ({ pages }: Transcript) => pages.flat();
const entriesOf = (...kinds: Kind[]) => flat(extendTranscript(emptyTranscript(), events(started, ...kinds))).slice(1);
const casesOf = (entries: readonly { event: RunEvent }[]) => entries.map(({ event }) => event.kind.case);

describe("a transcript", () => {
  it.each(readdirSync(journals))("is the same read at once and one event at a time: %s", (name) => {
    const all = journal(name);
    const once = extendTranscript(emptyTranscript(), all);
    let slowly = emptyTranscript();
    for (const event of all) slowly = extendTranscript(slowly, [event, event]);
    expect(slowly).toEqual(once);
    expect(flat(once).length).toBeGreaterThan(2);
  });

  it("tells each answer with its question, and what became of it", () => {
    const entries = flat(extendTranscript(emptyTranscript(), journal("refused.json")));
    expect(casesOf(entries)).toEqual(["started", "began", "called", "submitted", "submitted", "finished"]);
    const [question, first, second] = entries.slice(2);
    expect(question).toMatchObject({ answered: true });
    expect(first?.settled?.kind.case).toBe("refused");
    expect(first?.call).toMatchObject({
      errors: [{ text: "Not Eve." }],
      answer: { values: { "inputText:Your name": {} } },
    });
    expect(second?.settled?.kind.case).toBe("accepted");
    expect(second?.call).toMatchObject({ status: CallStatus.ACCEPTED, errors: [] });
  });

  it("leaves entries alone that nothing new is said of", () => {
    const all = journal("refused.json");
    const before = extendTranscript(emptyTranscript(), all.slice(0, 4));
    const after = extendTranscript(before, all.slice(4));
    expect(flat(after).slice(0, 3)).toEqual(flat(before).slice(0, 3));
    expect(flat(after)[0]).toBe(flat(before)[0]);
    expect(flat(before)[3]?.settled).toBeUndefined();
  });

  it("says of questions that nobody answered, and of answers that nobody took, that they were given up", () => {
    const [, open, taken] = entriesOf(began, asks("a"), asks("b"), answers("b"), success).filter(
      ({ event }) => event.kind.case !== "called" || event.kind.value.call?.key === "a",
    );
    expect(open).toMatchObject({ settled: { kind: { case: "finished" } } });
    expect(open?.answered).toBeUndefined();
    expect(taken?.settled?.kind.case).toBe("finished");
  });

  it("puts a question that is asked anew under its key in the place of the one before", () => {
    const [, first, second] = entriesOf(began, asks("a"), asks("a"));
    expect(first?.settled?.kind.case).toBe("called");
    expect(second?.settled).toBeUndefined();
  });

  it("shows what has changed on screen at the entry that it belongs to", () => {
    const kind = { case: "inputText" as const, value: { placeholder: "now" } };
    const patched: Kind = {
      case: "patched",
      value: { callKey: "a", change: { case: "component", value: { key: "a", label: "Changed", kind } } },
    };
    const [, question, answer] = entriesOf(began, asks("a"), answers("a"), patched);
    expect(question?.call?.call?.components[0]?.label).toBe("Name");
    expect(answer?.call?.call?.components[0]?.label).toBe("Changed");
  });

  it("tells loading once, from its start to its end; another title is something else", () => {
    const entries = entriesOf(began, loads("Read"), loads("Read"), loads("Write"), asks("a"), loads("Wait"), loads());
    expect(casesOf(entries)).toEqual(["began", "loading", "loading", "called", "loading"]);
    const spans = entries.flatMap(({ event, settled }) =>
      event.kind.case === "loading" ? [Number((settled?.time?.seconds ?? 0n) - (event.time?.seconds ?? 0n))] : [],
    );
    expect(spans).toEqual([2, 1, 1]);
  });

  it("says how long a host was away, and that the program is executed again", () => {
    const lost: Kind = { case: "hostLost", value: { reason: "gone" } };
    const [first, , assigned, again] = entriesOf(
      began,
      lost,
      { case: "assigned", value: { hostInstanceId: "b", epoch: 2 } },
      { case: "began", value: { hostInstanceId: "b" } },
    );
    expect([first?.again, again?.again]).toEqual([false, true]);
    expect(assigned?.lostSince?.seconds).toBe(3n);
    expect(again?.lostSince).toBeUndefined();
  });

  it("keeps an event that is newer than it", () => {
    const unknown = create(RunEventSchema, { sequence: 2n });
    const entries = flat(extendTranscript(emptyTranscript(), [...events(started), unknown]));
    expect(entries[1]?.event).toBe(unknown);
  });

  it("is drawn in pages, of which those stay the same that nothing new is said of", () => {
    const lines = Array.from({ length: 250 }, (): Kind => ({ case: "logged", value: {} }));
    const all = events(started, began, asks("a"), ...lines, answers("a"));
    const most = extendTranscript(emptyTranscript(), all.slice(0, -1));
    const before = most.pages;
    const after = extendTranscript(most, all.slice(-1)).pages;
    expect(after.map((page) => page.length)).toEqual([100, 100, 54]);
    // The question on the first page is answered now, the answer stands on the last one.
    expect(after.map((page, i) => page === before[i])).toEqual([false, true, false]);
    expect(before[0]?.[2]?.answered).toBeUndefined();
  });
});
