import { fromValue, toValue, type Value } from "@interval/proto";

type Query = Record<string, string>;
type ParamType = "number" | "boolean" | "date" | "bigint" | "null" | "undefined";

/** The query parameter that names the types of those that are not strings. */
const typesName = "_t";

const decoders = {
  number: Number,
  boolean: (text) => text === "true",
  date: (text) => new Date(text),
  bigint: (text) => (/^-?\d+$/.test(text) ? BigInt(text) : text),
  null: () => null,
  undefined: () => undefined,
} satisfies Record<ParamType, (text: string) => unknown>;

/**
 * Parameters as an address says them: strings are plain, other types are named once.
 *
 * @example encodeParams(toParams({ n: 5, name: "Ada" })) // { n: "5", name: "Ada", _t: "n:number" }
 */
export function encodeParams(params: Record<string, Value>): Query {
  const query: Array<[name: string, text: string]> = [];
  const types: string[] = [];
  for (const [name, packed] of Object.entries(params)) {
    const value = fromValue(packed);
    const type = typeOf(value);
    query.push([name, value instanceof Date ? value.toISOString() : String(value ?? "")]);
    if (type) types.push(`${encodeURIComponent(name)}:${type}`);
  }
  if (types.length > 0) query.push([typesName, types.join(",")]);
  return Object.fromEntries(query);
}

/** Undoes {@link encodeParams}. What names no type, or one that is unknown, is a string. */
export function decodeParams(query: Record<string, unknown>): Record<string, Value> {
  const types = new Map(first(query[typesName])?.split(",").map(readType));
  const given = Object.entries(query).filter(([name]) => name !== typesName);
  return Object.fromEntries(
    given.map(([name, raw]) => {
      const text = first(raw) ?? "";
      const type = types.get(name);
      return [name, toValue(type ? decoders[type](text) : text)];
    }),
  );
}

function typeOf(value: unknown): ParamType | undefined {
  if (value === null) return "null";
  if (value === undefined) return "undefined";
  if (value instanceof Date) return "date";
  const type = typeof value;
  return type === "number" || type === "boolean" || type === "bigint" ? type : undefined;
}

function readType(entry: string): [string, ParamType | undefined] {
  const [name = "", type = ""] = entry.split(":");
  return [decodeName(name), isType(type) ? type : undefined];
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // typed by hand
  }
}

function isType(text: string): text is ParamType {
  return Object.hasOwn(decoders, text);
}

function first(raw: unknown): string | undefined {
  const value: unknown = Array.isArray(raw) ? raw[0] : raw;
  return typeof value === "string" ? value : undefined;
}
