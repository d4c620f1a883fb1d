import { create } from "@bufbuild/protobuf";
import { type FieldError, type FieldErrorCode, FieldErrorSchema } from "../../ts/interval/io/v1/field_error_pb.ts";
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

/** "1 character", "2 characters". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
