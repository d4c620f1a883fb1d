import { create } from "@bufbuild/protobuf";
import { type Value, ValueSchema } from "@interval/proto";

/** One branch of a tree: what it is called, and what it holds. */
export interface Branch {
  name: string;
  value: Value;
}

/** So many branches are drawn before the reader asks for more, which doubles them. */
export const branchesAtOnce = 50;

/** What a list, record, map or set holds; undefined for a single value. */
export function children(value: Value | undefined): Branch[] | undefined {
  const kind = value?.kind;
  switch (kind?.case) {
    case "listValue":
    case "setValue":
      return kind.value.items.map((item, index) => ({ name: String(index), value: item }));
    case "recordValue":
      return kind.value.fields.map((field) => ({ name: field.name, value: field.value ?? nothing }));
    case "mapValue":
      return kind.value.entries.map(({ key, value: item }) => ({ name: keyText(key), value: item ?? nothing }));
    default:
      return undefined;
  }
}

/** Whether a value is a record of single values. */
export function isFlatRecord(value: Value | undefined): boolean {
  return value?.kind.case === "recordValue" && !(children(value) ?? []).some((branch) => children(branch.value));
}

const nothing = create(ValueSchema, { kind: { case: "undefinedValue", value: {} } });

function keyText(key: Value | undefined): string {
  const kind = key?.kind;
  switch (kind?.case) {
    case "stringValue":
    case "doubleValue":
    case "boolValue":
      return String(kind.value);
    case "int64Value":
      return `${kind.value}n`;
    default:
      return kind?.case?.replace(/Value$/, "") ?? "undefined";
  }
}
