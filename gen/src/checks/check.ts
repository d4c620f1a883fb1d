import { create, equals } from "@bufbuild/protobuf";
import { type FieldError, FieldErrorCode } from "../../ts/interval/io/v1/field_error_pb.ts";
import type { IoAnswer, IoCall } from "../../ts/interval/io/v1/io_call_pb.ts";
import { type IoComponent, type IoValue, IoValueSchema } from "../../ts/interval/io/v1/io_component_pb.ts";
import { type InputKind, isAnswerOf, isComponentOf } from "../kinds.ts";
import { momentOfAnswer, zoneOfAnswer } from "../time/answers.ts";
import { civilMs } from "../time/civil.ts";
import { isTimeZone } from "../time/zones.ts";
import { defaultValue } from "./defaults.ts";
import { type Fault, fieldError, missing } from "./faults.ts";
import { checks } from "./registry.ts";
import { selections } from "./select.ts";

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
  return checkKind(kind.case, component, value);
}

function checkKind<K extends InputKind>(kind: K, component: IoComponent, value: IoValue): Fault[] {
  if (!isComponentOf(component, kind) || !isAnswerOf(value, kind)) return [wrongType];
  return checks[kind](component.kind.value, value.kind.value, component);
}

function checkMissing(component: IoComponent, kind: InputKind): Fault[] {
  if (component.optional || kind === "inputBoolean") return [];
  const { kind: props } = component;
  if (props.case === "selectMultiple" || props.case === "selectTable") return selections(0, props.value.minSelections);
  return [missing];
}

/** A disabled component is answered with what it shows, or not at all. */
function isUnchanged(component: IoComponent, value: IoValue | undefined): boolean {
  if (value === undefined) return true;
  const start = defaultValue(component, zoneOf(value));
  return start !== undefined && equals(IoValueSchema, meant(start), meant(value));
}

/** What a component starts with depends on the zone where the operator is. */
function zoneOf({ kind }: IoValue): string {
  switch (kind.case) {
    case "inputDatetime":
      return zoneOfAnswer(kind.value);
    case "inputDate":
    case "inputTime":
    case "inputSpreadsheet":
      return kind.value.timeZone;
    default:
      return "";
  }
}

/** A day and a time mean a moment, however their clock is told. */
function meant(value: IoValue): IoValue {
  const { kind } = value;
  if (kind.case !== "inputDatetime" || !kind.value.datetime) return value;
  const { timeZone, utcOffsetSeconds: told } = kind.value;
  const isTold = timeZone === "" || isTimeZone(timeZone) || told !== undefined;
  if (!isTold) return value;
  const utcOffsetSeconds = (civilMs(kind.value.datetime) - momentOfAnswer(kind.value)) / 1000;
  return create(IoValueSchema, { kind: { ...kind, value: { ...kind.value, timeZone: "", utcOffsetSeconds } } });
}

/**
 * Checks a whole answer against its call: every component, unknown keys, and the choice. With a choice that skips validation
 * nothing but the choice is checked.
 */
export function checkAnswer(call: IoCall, answer: IoAnswer): FieldError[] {
  const choice = call.choices.find(({ value }) => value === answer.choice);
  const errors = checkChoice(call, answer.choice).map((fault) => fieldError("", fault));
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

function checkChoice({ choices }: IoCall, choice: string | undefined): Fault[] {
  if (choices.some(({ value }) => value === choice) || (choices.length === 0 && choice === undefined)) return [];
  if (choices.length === 0) {
    return [
      { code: FieldErrorCode.UNKNOWN_CHOICE, text: "There are no buttons to choose from: leave the choice out." },
    ];
  }
  const allowed = choices.map(({ value }) => value);
  const code = choice === undefined ? FieldErrorCode.REQUIRED : FieldErrorCode.UNKNOWN_CHOICE;
  const text = `Choose one of the buttons: ${allowed.map((value) => `"${value}"`).join(", ")}.`;
  return [{ code, text, params: { allowed } }];
}

/** Whether components of a kind take an answer. */
export function isInputKind(kind: string): kind is InputKind {
  return Object.hasOwn(checks, kind);
}

const disabled: Fault = { code: FieldErrorCode.DISABLED, text: "This cannot be changed." };
const wrongType: Fault = { code: FieldErrorCode.WRONG_TYPE, text: "This is not the kind of value that is asked for." };
const unknownComponent: Fault = { code: FieldErrorCode.UNKNOWN_COMPONENT, text: "Nothing is asked under this key." };
