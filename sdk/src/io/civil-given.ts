import { create } from "@bufbuild/protobuf";
import {
  type CivilDatetime,
  CivilDatetimeSchema,
  civilAt,
  datetimeText,
  limits,
  type Moment,
  MomentSchema,
  readIso,
} from "@interval/proto";
import type { DateObject, DatetimeObject, TimeObject } from "./civil.ts";
import { startOfDay } from "./instant.ts";
import { isRecord } from "./props.ts";

/**
 * What a program or a scripted operator gave for a day or a time: fields, which hold wherever the operator is, or a moment, which is shown in
 * the operator's zone. Whether the fields are in the calendar and on the clock is not known yet.
 */
export type Given<T> = { fields: T } | { moment: Moment };

type Fields = Readonly<Record<string, unknown>>;

/** A day: a Date at midnight in UTC or on this machine is that day, and so is what a text without an offset says. */
export function givenDate(given: unknown): Given<DateObject> | undefined {
  if (given instanceof Date) return dayOf(given);
  if (typeof given !== "string") return isRecord(given) ? partsOf(given, dateFields) : undefined;
  const iso = readIso(given);
  if (iso?.moment !== undefined) return dayOf(new Date(iso.moment));
  return iso?.date && { fields: iso.date };
}

/** A time on the clock; a text that names only a day means its first minute. */
export function givenTime(given: unknown): Given<TimeObject> | undefined {
  if (given instanceof Date) return toMoment(given.getTime());
  if (typeof given !== "string") return isRecord(given) ? partsOf(given, timeFields) : undefined;
  const iso = readIso(given);
  if (iso?.moment !== undefined) return toMoment(iso.moment);
  return iso && { fields: iso.time ?? midnight };
}

/** A day and a time; a text that names only a day means its first minute. */
export function givenDatetime(given: unknown): Given<DatetimeObject> | undefined {
  if (given instanceof Date) return toMoment(given.getTime());
  if (typeof given !== "string") return isRecord(given) ? fromRecord(given) : undefined;
  const iso = readIso(given);
  if (iso?.moment !== undefined) return toMoment(iso.moment);
  return iso?.date && { fields: { ...iso.date, ...(iso.time ?? midnight) } };
}

const dateFields = ["year", "month", "day"] as const;
const timeFields = ["hour", "minute"] as const;
const midnight: TimeObject = { hour: 0, minute: 0 };

function partsOf<Name extends string>(given: Fields, names: readonly Name[]): Given<Record<Name, number>> | undefined {
  const parts = names.map((name) => [name, given[name]] as const);
  if (!parts.every(([, part]) => Number.isInteger(part))) return undefined;
  // Every name is there, with a number.
  return { fields: Object.fromEntries(parts) as Record<Name, number> };
}

/** An earlier answer is the moment that it meant, for as long as its fields are those of the answer. */
function fromRecord(given: Fields): Given<DatetimeObject> | undefined {
  const parts = partsOf(given, [...dateFields, ...timeFields]);
  const { instant, timeZone } = given;
  if (!parts || !("fields" in parts) || !(instant instanceof Date) || typeof timeZone !== "string") return parts;
  const moment = toMoment(instant.getTime());
  if (!moment) return parts;
  const isSame = datetimeText(civilAt(timeZone, instant.getTime())) === datetimeText(toCivil(parts.fields));
  return isSame ? moment : parts;
}

/** Fields of a day and a time as the wire has them. */
export function toCivil({ year, month, day, hour, minute }: DatetimeObject): CivilDatetime {
  return create(CivilDatetimeSchema, { date: { year, month, day }, time: { hour, minute } });
}

function dayOf(date: Date): Given<DateObject> | undefined {
  const ms = date.getTime();
  const utc = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
  if (ms % 86_400_000 === 0) return { fields: utc };
  const local = { year: date.getFullYear(), month: date.getMonth() + 1, day: date.getDate() };
  return startOfDay(local).getTime() === ms ? { fields: local } : toMoment(ms);
}

function toMoment(ms: number): { moment: Moment } | undefined {
  const { first, last } = limits.momentMs;
  if (!(ms >= first && ms <= last)) return undefined;
  return { moment: create(MomentSchema, { unixSeconds: BigInt(Math.floor(ms / 1000)) }) };
}
