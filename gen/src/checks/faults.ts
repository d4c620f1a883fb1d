import { create } from "@bufbuild/protobuf";
import { type FieldError, FieldErrorCode, FieldErrorSchema } from "../../ts/interval/io/v1/field_error_pb.ts";
import { limits } from "../limits.ts";
import { toValue } from "../value.ts";

/** A fault of one component, before it is known which. */
export interface Fault {
  code: FieldErrorCode;
  /** English, quoting the figures. */
  text: string;
  /** The figures, by name. */
  params?: Record<string, unknown>;
  /** Where in the value; unset for the value as a whole. */
  path?: string;
}

/** Says a fault of a component as a message. */
export function fieldError(componentKey: string, { code, text, params = {}, path = "" }: Fault): FieldError {
  const packed = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, toValue(value)]));
  return create(FieldErrorSchema, { componentKey, path, code, text, params: packed });
}

/** A fault, and the key of the component that it is of; empty for the answer as a whole. */
export type KeyedFault = readonly [componentKey: string, fault: Fault];

/** The first faults as messages, and in the place of those that follow a message that says how many they are. */
export function fieldErrors(faults: Iterable<KeyedFault>): FieldError[] {
  const errors: FieldError[] = [];
  let more = 0;
  for (const [componentKey, fault] of faults) {
    if (errors.length < limits.faults) errors.push(fieldError(componentKey, fault));
    else more++;
  }
  if (more > 0) {
    const text = `${count(more, "more fault")} ${more === 1 ? "is" : "are"} not listed.`;
    errors.push(fieldError("", { code: FieldErrorCode.MORE_FAULTS, text, params: { more } }));
  }
  return errors;
}

/** A component was left empty. */
export const missing: Fault = { code: FieldErrorCode.REQUIRED, text: "This is needed." };

/** Whether a text holds U+0000, where files, databases and other languages take it for ended. */
export function hasNul(text: string): boolean {
  return text.includes("\0");
}

/** "1 character", "2 characters", "5,000 rows". */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** "1 byte", "1.5 MiB", "5 GiB": the largest unit of which there is at least one, to two decimals. */
export function byteCount(bytes: number): string {
  if (bytes < 1024) return count(bytes, "byte");
  const units = ["KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), units.length);
  return `${Number((bytes / 1024 ** power).toFixed(2))} ${units[power - 1]}`;
}
