import { clone, type DescField, hasOption, ScalarType } from "@bufbuild/protobuf";
import { isReflectMap, isReflectMessage, type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { asset_fact, type IoValue, IoValueSchema } from "@interval/proto";

/** A value with one thing wrong, or odd, in it. */
export interface Mutant {
  note: string;
  value: IoValue;
}

/** A text that {@link withIllFormedText} finds again in a message's bytes. */
const marker = "@ill-formed@";

const texts: Record<string, string> = {
  "with a NUL": "a\0b",
  "that is no Unicode": marker,
  "of one megabyte": "x".repeat(1_000_000),
  "of five megabytes": "x".repeat(5_000_000),
  "of white space": " \t\n\u00a0\u2003",
  "that turns the direction": "ada\u202e@example.com\u200f",
  "of a prototype": "__proto__",
  "with a script": '<script>alert(1)</script><img src=x onerror="alert(1)">',
  "with a line break": "ada@example.com\r\nBcc: all@example.com",
  "with a scheme that runs": "javascript:alert(1)",
  "of a formula": '=HYPERLINK("https://example.com")',
  "of a path": "../../etc/passwd",
  "of nothing": "",
};

const doubles = {
  NaN: Number.NaN,
  Infinity: 1 / 0,
  "-Infinity": -1 / 0,
  "1e308": 1e308,
  "-1e308": -1e308,
  "0.1234567": 0.1234567,
};
const integers = {
  "-1": -1,
  "0": 0,
  "13": 13,
  "24": 24,
  "30": 30,
  "60": 60,
  "10000": 10_000,
  max: 2 ** 31 - 1,
  min: -(2 ** 31),
};
const longs = { "-1": -1n, max: 2n ** 63n - 1n, min: -(2n ** 63n) };

/** Samples for the types that stand in oneofs, such as cells of another type than their column. */
const samples: Partial<Record<ScalarType, unknown>> = {
  [ScalarType.BOOL]: true,
  [ScalarType.DOUBLE]: 7,
  [ScalarType.STRING]: "seven",
  [ScalarType.INT64]: 7n,
  [ScalarType.BYTES]: new Uint8Array([7]),
};

/** Everything that can be odd about one value, by its schema: no kind of component is named here. */
export function mutantsOf(good: IoValue): Mutant[] {
  const found: Mutant[] = [];
  const seed = reflect(IoValueSchema, good);
  visit(
    seed,
    "",
    (message) => message,
    (note, change) => {
      const value = clone(IoValueSchema, good);
      change(reflect(IoValueSchema, value));
      found.push({ note, value });
    },
  );
  return found;
}

type Root = ReflectMessage;
type Add = (note: string, change: (root: Root) => void) => void;

function visit(message: ReflectMessage, path: string, at: (root: Root) => ReflectMessage, add: Add): void {
  for (const field of message.fields) {
    if (hasOption(field, asset_fact)) continue; // the server's record counts, whatever is said
    const where = path ? `${path}/${field.localName}` : field.localName;
    const set = (value: unknown) => (root: Root) => void at(root).set(field, value);
    if (field.oneof && !message.isSet(field)) {
      if (path && field.fieldKind === "scalar" && field.scalar in samples)
        add(`${where} in place of ${message.oneofCase(field.oneof)?.localName}`, set(samples[field.scalar]));
      continue;
    }
    switch (field.fieldKind) {
      case "scalar":
        for (const [note, value] of scalars(field)) add(`${where}: ${note}`, set(value));
        break;
      case "enum":
        add(`${where}: an unknown number`, set(9999));
        break;
      case "message":
        if (path && message.isSet(field)) add(`${where}: left out`, (root) => at(root).clear(field));
        if (message.isSet(field)) visit(message.get(field), where, (root) => at(root).get(field), add);
        break;
      case "list":
        visitList(message, field, where, at, add);
        break;
      case "map":
        visitMap(message, field, where, at, add);
        break;
    }
  }
}

function visitList(
  message: ReflectMessage,
  field: DescField & { fieldKind: "list" },
  where: string,
  at: (root: Root) => ReflectMessage,
  add: Add,
): void {
  const [first] = message.get(field);
  add(`${where}: none`, (root) => at(root).clear(field));
  const fill = (times: number) => (root: Root) => {
    const list = at(root).get(field);
    const item = list.get(0) ?? "n:1";
    while (list.size < times) list.add(item);
  };
  if (first === undefined && field.listKind === "message") return;
  add(`${where}: the same twice`, fill(message.get(field).size + 1));
  add(`${where}: 10,000`, fill(10_000));
  if (isReflectMessage(first)) {
    visit(first, `${where}/0`, (root) => at(root).get(field).get(0) as ReflectMessage, add);
  } else if (field.listKind === "scalar" && field.scalar === ScalarType.STRING) {
    for (const [note, text] of Object.entries(texts)) {
      add(`${where}: a text ${note}`, (root) => void at(root).get(field).add(text));
    }
  }
}

function visitMap(
  message: ReflectMessage,
  field: DescField & { fieldKind: "map" },
  where: string,
  at: (root: Root) => ReflectMessage,
  add: Add,
): void {
  add(`${where}: none`, (root) => at(root).clear(field));
  const [entry] = message.get(field);
  if (!entry) return;
  const [key, value] = entry;
  for (const unknown of ["unknown", "__proto__", "constructor", "", "a\0b"]) {
    add(`${where}: under the key ${JSON.stringify(unknown)}`, (root) => {
      const map = at(root).get(field);
      const own = map.get(key);
      if (own !== undefined) map.set(unknown, own);
    });
  }
  if (!isReflectMessage(value)) return;
  visit(
    value,
    `${where}/${String(key)}`,
    (root) => {
      const map: unknown = at(root).get(field);
      const own: unknown = isReflectMap(map) ? map.get(key) : undefined;
      if (!isReflectMessage(own)) throw new Error(`There is no ${where}.`);
      return own;
    },
    add,
  );
}

function scalars({ scalar }: DescField & { fieldKind: "scalar" }): Array<[string, unknown]> {
  switch (scalar) {
    case ScalarType.STRING:
      return Object.entries(texts).map(([note, text]) => [`a text ${note}`, text]);
    case ScalarType.DOUBLE:
      return Object.entries(doubles);
    case ScalarType.INT32:
      return Object.entries(integers);
    case ScalarType.INT64:
      return Object.entries(longs);
    default:
      return [];
  }
}

/** The bytes with half a surrogate pair, as no UTF-8 says it, in the place of the marker. */
export function withIllFormedText(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const ill = Buffer.from(bytes);
  const place = Buffer.from(marker);
  for (let at = ill.indexOf(place); at >= 0; at = ill.indexOf(place)) ill.set([0xed, 0xa0, 0x80], at);
  return new Uint8Array(ill);
}

/** The JSON text with half a surrogate pair in the place of the marker. */
export function withHalfPair(json: string): string {
  return json.replaceAll(marker, String.raw`a\ud800b`);
}
