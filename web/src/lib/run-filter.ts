import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type CalendarDate, parseDate, today } from "@internationalized/date";
import { type RunFilterSchema, RunStatus, RunTrigger } from "@interval/proto";
import type { LocationQuery, LocationQueryRaw } from "vue-router";

/** Which runs the history shows, as its address says it. */
export interface HistoryFilter {
  text: string;
  statuses: StatusName[];
  /** An action's path. */
  action: string;
  /** A page's path: all actions below it. */
  page: string;
  /** A person's id. */
  person: string;
  triggers: TriggerName[];
  time: TimeName;
  /** The first and the last day of a time of one's own, such as "2026-11-24"; empty for an open end. */
  from: string;
  to: string;
}

/** Statuses by the names that stand in addresses. */
export const statusNames = {
  queued: RunStatus.QUEUED,
  starting: RunStatus.STARTING,
  running: RunStatus.RUNNING,
  awaiting: RunStatus.AWAITING_INPUT,
  "host-lost": RunStatus.HOST_LOST,
  succeeded: RunStatus.SUCCEEDED,
  failed: RunStatus.FAILED,
  canceled: RunStatus.CANCELED,
  redirected: RunStatus.REDIRECTED,
} satisfies Record<string, RunStatus>;
export type StatusName = keyof typeof statusNames;

/** Triggers by the names that stand in addresses. */
export const triggerNames = {
  operator: RunTrigger.OPERATOR,
  queue: RunTrigger.QUEUE,
  schedule: RunTrigger.SCHEDULE,
  api: RunTrigger.API,
  agent: RunTrigger.AGENT,
} satisfies Record<string, RunTrigger>;
export type TriggerName = keyof typeof triggerNames;

/** How many days a time goes back, today included; one of one's own has a first and a last day instead. */
export const timeNames = { today: 1, "7d": 7, "30d": 30, custom: undefined };
export type TimeName = keyof typeof timeNames | "";

export const noFilter: HistoryFilter = {
  text: "",
  statuses: [],
  action: "",
  page: "",
  person: "",
  triggers: [],
  time: "",
  from: "",
  to: "",
};

/** The filter that an address names. What it does not know is left out. */
export function readFilter(query: LocationQuery): HistoryFilter {
  const of = (name: string) => [query[name] ?? ""].flat()[0] ?? "";
  const names = <N extends string>(name: string, table: Record<N, unknown>) =>
    of(name)
      .split(",")
      .filter((each): each is N => Object.hasOwn(table, each));
  return {
    text: of("text"),
    statuses: names("status", statusNames),
    action: of("action"),
    page: of("page"),
    person: of("person"),
    triggers: names("trigger", triggerNames),
    time: names("time", timeNames)[0] ?? "",
    from: dayOf(of("from")) ? of("from") : "",
    to: dayOf(of("to")) ? of("to") : "",
  };
}

/** The address of a filter. */
export function writeFilter({ text, statuses, action, page, person, triggers, time, from, to }: HistoryFilter) {
  const days = time === "custom" ? { from, to } : {};
  const all = { text, status: statuses.join(","), action, page, person, trigger: triggers.join(","), time, ...days };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== "")) satisfies LocationQueryRaw;
}

/** Whether a filter leaves anything out. */
export function isFiltered(filter: HistoryFilter): boolean {
  const { time, from, to, ...rest } = filter;
  const hasTime = time === "custom" ? from !== "" || to !== "" : time !== "";
  return hasTime || Object.values(rest).some((value) => value.length > 0);
}

/** The filter as the server reads it. Days begin where the reader lives. */
export function runFilterOf(filter: HistoryFilter, timeZone: string): MessageInitShape<typeof RunFilterSchema> {
  const { text, statuses, action, page, person, triggers } = filter;
  const startOf = (day: CalendarDate | undefined) => day && timestampFromDate(day.toDate(timeZone));
  return {
    text: text.trim(),
    statuses: statuses.map((name) => statusNames[name]),
    action,
    page,
    startedBy: person,
    triggers: triggers.map((name) => triggerNames[name]),
    startedAfter: startOf(firstDay(filter, timeZone)),
    startedBefore: filter.time === "custom" ? startOf(dayOf(filter.to)?.add({ days: 1 })) : undefined,
  };
}

function firstDay({ time, from }: HistoryFilter, timeZone: string): CalendarDate | undefined {
  if (time === "") return undefined;
  const days = timeNames[time];
  return days === undefined ? dayOf(from) : today(timeZone).subtract({ days: days - 1 });
}

/** The day of an ISO text; undefined for what is none. */
export function dayOf(text: string): CalendarDate | undefined {
  try {
    return text === "" ? undefined : parseDate(text);
  } catch {
    return undefined;
  }
}
