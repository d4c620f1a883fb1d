import { equals } from "@bufbuild/protobuf";
import { type FieldError, FieldErrorCode } from "../../ts/interval/io/v1/field_error_pb.ts";
import type { IoAnswer, IoCall } from "../../ts/interval/io/v1/io_call_pb.ts";
import { type IoComponent, type IoValue, IoValueSchema } from "../../ts/interval/io/v1/io_component_pb.ts";
import type { InputKind, Props, ValueOf } from "../kinds.ts";
import { defaultValue } from "./defaults.ts";
import { type Fault, fieldError } from "./faults.ts";
import { type Check, checks } from "./registry.ts";

/**
 * Checks one value against its component. Pure; used alike by browser, server and SDK.
 *
 * @param value the value; `undefined` when the component was left empty
 * @returns every fault, in the order in which the operator should mend them; none when the value may go on
 */
export function checkValue(component: IoComponent, value: IoValue | undefined): FieldError[] {
  return faultsOf(component, value).map((fault) => fieldError(component.key, fault));
}

function faultsOf(component: IoComponent, value: IoValue | undefined): Fault[] {
  const { kind } = component;
  if (kind.case === undefined) return []; // newer than this package: its host has the last word
  if (!isInputKind(kind.case)) return value ? [unknownComponent] : [];
  if (component.disabled) return isUnchanged(component, value) ? [] : [disabled];
  if (value === undefined) return checkMissing(component, kind.case);
  if (value.kind.case !== kind.case) return [wrongType];
  // Case and value of both unions belong to the same kind; TypeScript cannot follow that through the registry.
  const check = checks[kind.case] as Check<InputKind>;
  return check(kind.value as Props<InputKind>, value.kind.value as ValueOf<InputKind>, component);
}

function checkMissing(component: IoComponent, kind: InputKind): Fault[] {
  if (component.optional || kind === "inputBoolean") return [];
  const { kind: props } = component;
  if (props.case === "selectMultiple" || props.case === "selectTable") {
    const min = props.value.minSelections ?? 0;
    return min > 0
      ? [{ code: FieldErrorCode.TOO_FEW, text: `Choose at least ${min}.`, params: { min, actual: 0 } }]
      : [];
  }
  return [required];
}

/** A disabled component is answered with what it shows, or not at all. */
function isUnchanged(component: IoComponent, value: IoValue | undefined): boolean {
  if (value === undefined) return true;
  const start = defaultValue(component);
  return start !== undefined && equals(IoValueSchema, start, value);
}

/**
 * Checks a whole answer against its call: every component, unknown keys, and the choice. With a choice that skips validation
 * nothing but the choice is checked.
 */
export function checkAnswer(call: IoCall, answer: IoAnswer): FieldError[] {
  const choice = call.choices.find(({ value }) => value === answer.choice);
  const wrongChoice = call.choices.length > 0 ? choice === undefined : answer.choice !== undefined;
  const errors = wrongChoice ? [fieldError("", unknownChoice)] : [];
  if (choice?.skipValidation) return errors;
  const known = new Set(call.components.map(({ key }) => key));
  for (const key of Object.keys(answer.values)) {
    if (!known.has(key)) errors.push(fieldError(key, unknownComponent));
  }
  for (const component of call.components) {
    errors.push(
      ...checkValue(component, Object.hasOwn(answer.values, component.key) ? answer.values[component.key] : undefined),
    );
  }
  return errors;
}

/** Whether components of a kind take an answer. */
export function isInputKind(kind: string): kind is InputKind {
  return Object.hasOwn(checks, kind);
}

const required: Fault = { code: FieldErrorCode.REQUIRED, text: "This is needed." };
const disabled: Fault = { code: FieldErrorCode.DISABLED, text: "This cannot be changed." };
const wrongType: Fault = { code: FieldErrorCode.WRONG_TYPE, text: "This is not the kind of value that is asked for." };
const unknownComponent: Fault = { code: FieldErrorCode.UNKNOWN_COMPONENT, text: "Nothing is asked under this key." };
const unknownChoice: Fault = {
  code: FieldErrorCode.UNKNOWN_CHOICE,
  text: "Choose one of the buttons that are offered.",
};
