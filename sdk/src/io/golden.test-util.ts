// What tests that run the golden cases of the protocol share: the cases, and how a program asks for their components.
import { readdirSync, readFileSync } from "node:fs";
import { create, fromJson, type JsonObject } from "@bufbuild/protobuf";
import {
  type CivilDatetime,
  fromValue,
  type IoComponent,
  IoComponentSchema,
  IoFetchSchema,
  isInputKind,
  SpreadsheetCellType,
} from "@interval/proto";
import type { Composed } from "./compose.ts";
import { methods } from "./methods.ts";
import type { Spec } from "./spec.ts";

interface Golden {
  cases: Array<{
    component: JsonObject;
    good: Array<{ note: string; value: JsonObject | null }>;
    bad: Array<{ note: string; value: JsonObject | null; errors: JsonObject[] }>;
  }>;
}

const folder = new URL("../../../proto/testdata/", import.meta.url);
/** Of these the host knows more than the component says, so what is good there may still be refused. */
export const hostDecides: ReadonlySet<string | undefined> = new Set(["selectTable", "search"]);

/** The props with which a program asks for a component; most are the schema's own. */
function propsOf({ kind, multiple }: IoComponent): object {
  switch (kind.case) {
    case "inputDatetime": {
      const { defaultValue, min, max } = kind.value;
      return { defaultValue: flat(defaultValue), min: flat(min), max: flat(max) };
    }
    case "inputSpreadsheet": {
      const { columns, defaultRows } = kind.value;
      const types = columns.map(({ key, type, optional }) => [key, `${cellTypes[type]}${optional ? "?" : ""}`]);
      const rows = defaultRows.map(({ cells }) =>
        Object.fromEntries(Object.entries(cells).map(([key, cell]) => [key, fromValue(cell)])),
      );
      return { columns: Object.fromEntries(types), defaultValue: rows };
    }
    case "search": {
      const { placeholder, initialResults, defaultValues } = kind.value;
      const items = (found: typeof initialResults) => found.map(({ key }) => optionValue(key));
      const [first] = items(defaultValues);
      const defaultValue = multiple ? items(defaultValues) : first;
      return { placeholder, initialResults: items(initialResults), defaultValue, onSearch: () => [] };
    }
    case "inputFile": {
      const { ownStorage, maxSize } = kind.value;
      const urls = { uploadUrl: "https://example.com/put", downloadUrl: "https://example.com/a" };
      const generatePresignedUrls = ownStorage ? () => urls : undefined;
      return { ...kind.value, maxSize: maxSize && Number(maxSize), generatePresignedUrls };
    }
    case "selectSingle":
      return { ...kind.value, ...options(kind.value.options), defaultValue: optionValue(kind.value.defaultValue) };
    case "selectMultiple":
      return { ...kind.value, ...options(kind.value.options), defaultValue: kind.value.defaultValues.map(optionValue) };
    case "selectTable": {
      const data = [{ id: 1 }, { id: 2 }];
      const initiallySelected = data.filter(({ id }) => kind.value.initiallySelected.includes(`n:${id}`));
      return { ...kind.value, data, columns: ["id"], initiallySelected };
    }
    default:
      return kind.value ?? {};
  }
}

const cellTypes: Partial<Record<SpreadsheetCellType, string>> = {
  [SpreadsheetCellType.STRING]: "string",
  [SpreadsheetCellType.NUMBER]: "number",
  [SpreadsheetCellType.BOOLEAN]: "boolean",
  [SpreadsheetCellType.DATE]: "date",
};
const inputFileFetch = create(IoFetchSchema, { kind: { case: "inputFile", value: { name: "a" } } });
const flat = (moment: CivilDatetime | undefined) => moment && { ...moment.date, ...moment.time };
const options = (given: Array<{ key: string; label: string }>) => ({
  options: given.map(({ key, label }) => ({ label, value: optionValue(key) })),
});

function optionValue(key: string | undefined) {
  const text = key?.slice(2);
  return key?.startsWith("n:") ? Number(text) : key?.startsWith("b:") ? text === "true" : text;
}

/** Asks for a component as a program would. */
export function specOf(component: IoComponent): Spec {
  const { kind, label, disabled, optional, multiple } = component;
  if (kind.case === undefined || !Object.hasOwn(methods, kind.case)) throw new Error("There is no such method.");
  const build: unknown = Reflect.get(methods, kind.case);
  const props = { ...propsOf(component), key: component.key, disabled };
  return {
    method: kind.case,
    body: {
      type: "component",
      kind: kind.case,
      label,
      props,
      build: (read) => Reflect.apply(build as () => never, undefined, [read, props]),
    },
    optional,
    ...(multiple && { multiple: {} }),
    validators: [],
    alone: false,
  };
}

/** A file's address is known to the program that has given it. */
export async function promiseFiles({ fields }: Composed): Promise<void> {
  for (const { built } of fields) {
    if (built.kind.case === "inputFile") await built.serve?.(inputFileFetch, AbortSignal.timeout(1000));
  }
}

const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
const cases = files.flatMap((file) => {
  const golden: Golden = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
  return golden.cases.map(({ component, ...rest }) => ({ component: fromJson(IoComponentSchema, component), ...rest }));
});
/** The cases of components that are asked for. */
export const goldenCases = cases.filter(({ component: { kind } }) => {
  return kind.case !== undefined && isInputKind(kind.case) && Object.hasOwn(methods, kind.case);
});
