import { FieldErrorCode } from "../../ts/interval/io/v1/field_error_pb.ts";
import { type Fault, missing } from "./faults.ts";
import type { Check } from "./registry.ts";

/** One option, among those offered. */
export const checkSelectSingle: Check<"selectSingle"> = ({ options }, { optionKey }) =>
  options.some(({ key }) => key === optionKey) ? [] : [unknownOption(optionKey)];

/** Any options, among those offered, as many as allowed. */
export const checkSelectMultiple: Check<"selectMultiple"> = (
  { options, minSelections, maxSelections },
  { optionKeys },
  { optional },
) => {
  if (optional && optionKeys.length === 0) return [];
  const offered = new Set(options.map(({ key }) => key));
  return [
    ...optionKeys.filter((key) => !offered.has(key)).map(unknownOption),
    ...duplicates(optionKeys),
    ...selections(new Set(optionKeys).size, minSelections, maxSelections),
  ];
};

/** Any rows, as many as allowed. The host alone knows all rows, and how many a whole query has. */
export const checkSelectTable: Check<"selectTable"> = (
  { minSelections, maxSelections },
  { rowKeys, allOf },
  { optional },
) => {
  const counted = !allOf && !(optional && rowKeys.length === 0);
  return [...duplicates(rowKeys), ...(counted ? selections(new Set(rowKeys).size, minSelections, maxSelections) : [])];
};

/** Items that were found. The host alone knows them. */
export const checkSearch: Check<"search"> = (_props, { itemKeys }, { optional, multiple }) => {
  if (itemKeys.length === 0) return optional ? [] : [missing];
  const faults = duplicates(itemKeys);
  if (itemKeys.length > 1 && !multiple) {
    faults.push({ code: FieldErrorCode.NOT_MULTIPLE, text: "Choose one.", params: { actual: itemKeys.length } });
  }
  return faults;
};

function unknownOption(key: string): Fault {
  return {
    code: FieldErrorCode.UNKNOWN_OPTION,
    text: "Choose one of the options that are offered.",
    params: { actual: key },
  };
}

function duplicates(keys: string[]): Fault[] {
  const seen = new Set<string>();
  const twice = new Set(keys.filter((key) => seen.has(key) || !seen.add(key)));
  return Array.from(twice, (key) => ({
    code: FieldErrorCode.DUPLICATE,
    text: "The same is chosen twice.",
    params: { actual: key },
  }));
}

/** How many are chosen; at least none when nothing is given. */
export function selections(actual: number, min?: number, max?: number): Fault[] {
  const faults: Fault[] = [];
  if (min !== undefined && actual < min) {
    faults.push({ code: FieldErrorCode.TOO_FEW, text: `Choose at least ${min}.`, params: { min, actual } });
  }
  if (max !== undefined && actual > max) {
    faults.push({ code: FieldErrorCode.TOO_MANY, text: `Choose at most ${max}.`, params: { max, actual } });
  }
  return faults;
}
