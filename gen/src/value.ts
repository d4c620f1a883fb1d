import { create } from "@bufbuild/protobuf";
import { timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type Value, ValueSchema } from "../ts/interval/io/v1/value_pb.ts";
import { limits } from "./limits.ts";

/** A day without a time zone, as {@link fromValue} returns it. Months count from 1. */
export interface CivilDate {
  year: number;
  month: number;
  day: number;
}

/** A time on the clock, as {@link fromValue} returns it. */
export interface CivilTime {
  hour: number;
  minute: number;
}

/** What {@link toValue} left out or replaced, and why. */
export interface LeftOut {
  /** Where in the value, such as `"user/save"`; empty for the value as a whole. */
  path: string;
  /** Why, in a few words. */
  reason: string;
  /** What stands in its place; unset where nothing does. */
  standIn?: string;
}

/** What stands in place of a Date that has no time. */
export const invalidDate = "Invalid Date";

/** Says what became of a part of a value that {@link toValue} left out or replaced, after the part's name. */
export function leftOutText({ reason, standIn }: LeftOut): string {
  return `is ${standIn === undefined ? "left out" : `shown as "${standIn}"`}: ${reason}.`;
}

/**
 * Values nested more deeply than this are left out. Protobuf readers give up at 100 nested messages, a level here takes up to 3 of
 * them, and a value sits in up to 20 more.
 */
const maxDepth = limits.nesting;
const longest = 10n ** BigInt(limits.decimalDigits) - 1n;
const int64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

/**
 * Packs any JavaScript value. Dates, bigints, Maps, Sets, bytes, `null` and `undefined` keep their types; errors and class
 * instances become records of their own fields. Functions, symbols, promises and cycles cannot be packed: they are left out and reported, and
 * nothing is thrown. An invalid Date becomes the text "Invalid Date"; half a surrogate pair in a text becomes U+FFFD, as in every encoding.
 *
 * @param leftOut receives what was left out or replaced
 * @example fromValue(toValue({ at: new Date(0), n: 5n })) // { at: Date(0), n: 5n }
 */
export function toValue(input: unknown, leftOut: LeftOut[] = []): Value {
  return pack(input, "", new Set(), leftOut) ?? kind("undefinedValue", {});
}

function pack(input: unknown, path: string, above: Set<object>, leftOut: LeftOut[]): Value | undefined {
  const leave = (reason: string): undefined => {
    leftOut.push({ path, reason });
  };
  switch (typeof input) {
    case "undefined":
      return kind("undefinedValue", {});
    case "boolean":
      return kind("boolValue", input);
    case "number":
      return kind("doubleValue", input);
    case "string":
      return kind("stringValue", input.toWellFormed());
    case "bigint":
      if (input > longest || input < -longest) return leave(`a number of more than ${limits.decimalDigits} digits`);
      return input >= int64.min && input <= int64.max ? kind("int64Value", input) : kind("decimalValue", `${input}`);
    case "function":
      return leave("a function");
    case "symbol":
      return leave("a symbol");
    case "object":
      return input === null ? kind("nullValue", {}) : packObject(input, path, above, leftOut);
  }
}

/** What a program returns may throw wherever it is looked at, such as a proxy that was revoked. */
function packObject(input: object, path: string, above: Set<object>, leftOut: LeftOut[]): Value | undefined {
  try {
    return packReadable(input, path, above, leftOut);
  } catch (error) {
    leftOut.push({ path, reason: unreadable(error) });
    return undefined;
  }
}

function unreadable(error: unknown): string {
  try {
    return `something that threw when it was read: ${error instanceof Error ? error.message : String(error)}`;
  } catch {
    return "something that threw when it was read";
  }
}

function packReadable(input: object, path: string, above: Set<object>, leftOut: LeftOut[]): Value | undefined {
  const leave = (reason: string): undefined => {
    leftOut.push({ path, reason });
  };
  if (input instanceof Date) return packDate(input, path, leftOut);
  if (input instanceof URL) return kind("stringValue", input.href);
  if (input instanceof RegExp) return kind("stringValue", String(input));
  if (ArrayBuffer.isView(input)) {
    return kind("bytesValue", new Uint8Array(input.buffer, input.byteOffset, input.byteLength).slice());
  }
  if (input instanceof ArrayBuffer) return kind("bytesValue", new Uint8Array(input).slice());
  if (isThenable(input)) return leave("a promise that was not awaited");
  if (above.has(input)) return leave("a reference to something around it");
  if (above.size >= maxDepth) return leave(`nested more than ${maxDepth} levels deep`);
  above.add(input);
  try {
    return packNested(input, path, above, leftOut);
  } finally {
    above.delete(input);
  }
}

function packNested(input: object, path: string, above: Set<object>, leftOut: LeftOut[]): Value | undefined {
  const at = (part: string | number) => (path ? `${path}/${part}` : `${part}`);
  // A list keeps its places, so what cannot be packed there becomes undefined.
  const items = (list: Iterable<unknown>) =>
    Array.from(list, (item, i) => pack(item, at(i), above, leftOut) ?? kind("undefinedValue", {}));
  if (Array.isArray(input)) return kind("listValue", { items: items(input) });
  if (input instanceof Set) return kind("setValue", { items: items(input) });
  if (input instanceof Map) {
    const entries = Array.from(input, ([key, value], i) => ({
      key: pack(key, at(i), above, leftOut) ?? kind("undefinedValue", {}),
      value: pack(value, at(i), above, leftOut) ?? kind("undefinedValue", {}),
    }));
    return kind("mapValue", { entries });
  }
  if (hasToJson(input)) return pack(input.toJSON(), path, above, leftOut);
  const fields = fieldNames(input).flatMap((name) => {
    const packed = packField(input, name, at(name), above, leftOut);
    return packed ? [{ name: name.toWellFormed(), value: packed }] : [];
  });
  return kind("recordValue", { fields });
}

/** An error's name, message and cause are not enumerable, but they are what it says. */
function fieldNames(input: object): string[] {
  const own = Object.keys(input);
  if (!(input instanceof Error)) return own;
  const said = ["name", "message", ...(input.cause === undefined ? [] : ["cause"])];
  return [...said, ...own.filter((name) => !said.includes(name))];
}

/** One getter that throws does not take its whole record along. */
function packField(input: object, name: string, path: string, above: Set<object>, leftOut: LeftOut[]) {
  let value: unknown;
  try {
    value = Reflect.get(input, name);
  } catch (error) {
    leftOut.push({ path, reason: unreadable(error) });
    return undefined;
  }
  return pack(value, path, above, leftOut);
}

/** Timestamps go from year 1 to year 9999; what is beyond is told as text, since JSON could not carry it. */
function packDate(date: Date, path: string, leftOut: LeftOut[]): Value {
  if (Number.isNaN(date.getTime())) {
    leftOut.push({ path, reason: "a Date without a time", standIn: invalidDate });
    return kind("stringValue", invalidDate);
  }
  const text = date.toISOString();
  const fits = /^\d{4}-/.test(text) && !text.startsWith("0000-");
  return fits ? kind("timestampValue", timestampFromDate(date)) : kind("stringValue", text);
}

function isThenable(input: object): boolean {
  return "then" in input && typeof input.then === "function";
}

function hasToJson(input: object): input is { toJSON(): unknown } {
  return "toJSON" in input && typeof input.toJSON === "function";
}

type Kinds = Exclude<Value["kind"], { case: undefined }>;
type Init<Name extends Kinds["case"]> =
  Extract<Parameters<typeof create<typeof ValueSchema>>[1], object> extends {
    kind?: infer Union;
  }
    ? Extract<Union, { case: Name }> extends { value: infer Content }
      ? Content
      : never
    : never;

function kind<Name extends Kinds["case"]>(name: Name, value: Init<Name>): Value {
  return create(ValueSchema, { kind: { case: name, value } as Kinds });
}

/**
 * Unpacks what {@link toValue} packed. A kind newer than this package becomes `undefined`.
 * Records become plain objects whose fields keep their order, `__proto__` included as an own property.
 */
export function fromValue(value: Value | undefined): unknown {
  const content = value?.kind;
  switch (content?.case) {
    case undefined:
    case "undefinedValue":
      return undefined;
    case "nullValue":
      return null;
    case "boolValue":
    case "doubleValue":
    case "stringValue":
    case "int64Value":
    case "bytesValue":
      return content.value;
    case "decimalValue":
      return /^-?\d+$/.test(content.value) ? BigInt(content.value) : Number(content.value);
    case "timestampValue":
      return timestampDate(content.value);
    case "calendarDateValue": {
      const { year, month, day } = content.value;
      return { year, month, day } satisfies CivilDate;
    }
    case "clockTimeValue": {
      const { hour, minute } = content.value;
      return { hour, minute } satisfies CivilTime;
    }
    case "listValue":
      return content.value.items.map(fromValue);
    case "recordValue": {
      const record: Record<string, unknown> = {};
      for (const field of content.value.fields) {
        Object.defineProperty(record, field.name, {
          value: fromValue(field.value),
          enumerable: true,
          writable: true,
          configurable: true,
        });
      }
      return record;
    }
    case "mapValue":
      return new Map(content.value.entries.map((entry) => [fromValue(entry.key), fromValue(entry.value)]));
    case "setValue":
      return new Set(content.value.items.map(fromValue));
    default:
      return content satisfies never;
  }
}

/** Packs a flat record of parameters; see {@link toValue}. */
export function toParams(params: Record<string, unknown>): Record<string, Value> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, toValue(value)]));
}

/** Unpacks parameters; see {@link fromValue}. */
export function fromParams(params: Record<string, Value>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, fromValue(value)]));
}
