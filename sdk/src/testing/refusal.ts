import { type FieldError, fromParams, type IoCall } from "@interval/proto";
import { IntervalError } from "../errors.ts";
import { type RefusalCode, refusalCodeName } from "./names.ts";

/** One fault of an answer. */
export interface Refusal {
  /** The component's key; empty where the whole call is at fault. */
  key: string;
  /** The component's label; empty where the whole call is at fault. */
  label: string;
  /** Where in the value, such as "rows/3/amount"; empty for the value as a whole. */
  path: string;
  code: RefusalCode;
  /** The figures of the fault by name, such as `min`. */
  params: Record<string, unknown>;
  /** What the operator reads: a validator's own words where the code is "rejected". */
  text: string;
}

/** An answer that was not taken, by a rule of its component or by a validator of the action. The operator may answer again. */
export class AnswerRefusedError extends IntervalError {
  static override readonly brand = "AnswerRefusedError";
  override name = "AnswerRefusedError";
  /** Every fault, in the order in which the operator would mend them. */
  readonly errors: readonly Refusal[];

  constructor(call: IoCall, faults: readonly FieldError[]) {
    const errors = faults.map((fault) => toRefusal(call, fault));
    super(`The answer was refused:${errors.map(describe).join("")}`);
    this.errors = errors;
  }
}

function toRefusal({ components }: IoCall, { componentKey, path, code, params, text }: FieldError): Refusal {
  const label = components.find(({ key }) => key === componentKey)?.label ?? "";
  return { key: componentKey, label, path, code: refusalCodeName(code), params: fromParams(params), text };
}

function describe({ label, key, path, code, text }: Refusal): string {
  const what = label || key ? `"${label || key}"${path && `, ${path}`}: ` : "";
  return `\n  ${what}${text} (${code})`;
}
