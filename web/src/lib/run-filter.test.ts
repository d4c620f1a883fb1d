import { timestampFromDate, timestampMs } from "@bufbuild/protobuf/wkt";
import { RunStatus, RunTrigger } from "@interval/proto";
import { describe, expect, it } from "vitest";
import { type HistoryFilter, isFiltered, noFilter, readFilter, runFilterOf, writeFilter } from "./run-filter.ts";

const filter = (more: Partial<HistoryFilter>): HistoryFilter => ({ ...noFilter, ...more });
const query = (filter: HistoryFilter) => new URLSearchParams(writeFilter(filter)).toString();

describe("the address of a filter", () => {
  it.each<[string, Partial<HistoryFilter>, string]>([
    ["nothing", {}, ""],
    ["a text", { text: "ada refund" }, "text=ada+refund"],
    ["statuses", { statuses: ["failed", "host-lost"] }, "status=failed%2Chost-lost"],
    ["an action", { action: "users/create" }, "action=users%2Fcreate"],
    ["a page", { page: "users" }, "page=users"],
    ["a person and a trigger", { person: "user_1", triggers: ["api"] }, "person=user_1&trigger=api"],
    ["a quick time", { time: "7d" }, "time=7d"],
    ["days", { time: "custom", from: "2026-11-01", to: "2026-11-30" }, "time=custom&from=2026-11-01&to=2026-11-30"],
  ])("holds %s, and is read again", (_what, more, address) => {
    expect(query(filter(more))).toBe(address);
    expect(readFilter(Object.fromEntries(new URLSearchParams(address)))).toEqual(filter(more));
  });

  it("is read without what it does not know", () => {
    const given = {
      status: "failed,toString,gone",
      trigger: "",
      time: "yesterday",
      from: "2026-02-31",
      to: "x",
      other: "1",
    };
    expect(readFilter(given)).toEqual(filter({ statuses: ["failed"] }));
    expect(readFilter({ text: ["a", "b"], action: null })).toEqual(filter({ text: "a" }));
  });

  it("leaves out the days of a time that is not of one's own", () => {
    expect(query(filter({ time: "today", from: "2026-11-01" }))).toBe("time=today");
  });
});

it("filters once something is left out by it", () => {
  const all = [{}, { time: "custom" as const }].map((more) => isFiltered(filter(more)));
  const some = [{ text: "a" }, { time: "today" as const }, { time: "custom" as const, to: "2026-11-01" }];
  expect([...all, ...some.map((more) => isFiltered(filter(more)))]).toEqual([false, false, true, true, true]);
});

describe("as the server reads it", () => {
  const ms = (text: string) => Date.parse(text);
  const bounds = (more: Partial<HistoryFilter>, timeZone: string) => {
    const { startedAfter, startedBefore } = runFilterOf(filter(more), timeZone);
    const of = (time: typeof startedAfter) =>
      time && timestampMs({ $typeName: "google.protobuf.Timestamp", seconds: 0n, nanos: 0, ...time });
    return [of(startedAfter), of(startedBefore)];
  };

  it("names statuses, triggers and words", () => {
    const given = filter({
      text: " ada ",
      statuses: ["failed"],
      triggers: ["schedule"],
      person: "user_1",
      page: "users",
    });
    expect(runFilterOf(given, "UTC")).toMatchObject({
      text: "ada",
      statuses: [RunStatus.FAILED],
      triggers: [RunTrigger.SCHEDULE],
      startedBy: "user_1",
      page: "users",
    });
  });

  it("begins and ends days where the reader lives, also when clocks change", () => {
    const days = { time: "custom" as const, from: "2026-03-29", to: "2026-03-29" };
    expect(bounds(days, "Europe/Berlin")).toEqual([ms("2026-03-28T23:00Z"), ms("2026-03-29T22:00Z")]);
    expect(bounds(days, "America/New_York")).toEqual([ms("2026-03-29T04:00Z"), ms("2026-03-30T04:00Z")]);
    expect(bounds({ time: "custom" as const, to: "2026-01-31" }, "UTC")).toEqual([undefined, ms("2026-02-01T00:00Z")]);
  });

  it("goes back whole days, today included", () => {
    const [today] = bounds({ time: "today" }, "UTC");
    const [week] = bounds({ time: "7d" }, "UTC");
    const midnight = new Date();
    midnight.setUTCHours(0, 0, 0, 0);
    expect(today).toBe(timestampMs(timestampFromDate(midnight)));
    expect(Number(today) - Number(week)).toBe(6 * 86_400_000);
  });
});
