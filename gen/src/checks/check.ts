import { create, equals } from "@bufbuild/protobuf";
import { type FieldError, FieldErrorCode } from "../../ts/interval/io/v1/field_error_pb.ts";
import type { IoAnswer, IoCall } from "../../ts/interval/io/v1/io_call_pb.ts";
import { type IoComponent, type IoValue, IoValueSchema } from "../../ts/interval/io/v1/io_component_pb.ts";
import { entryOf } from "../entries.ts";
import { type InputKind, isAnswerOf, isComponentOf } from "../kinds.ts";
import { momentOfAnswer, zoneOfAnswer } from "../time/answers.ts";
import { civilMs } from "../time/civil.ts";
import { isTimeZone } from "../time/zones.ts";
import { defaultValue } from "./defaults.ts";
import { type Fault, fieldErrors, type KeyedFault, missing } from "./faults.ts";
import { checks } from "./registry.ts";
import { selections } from "./select.ts";

/**
 * Checks one value against its component. Pure; used alike by browser, server and SDK.
 *
 * @param value the value; `undefined` when the component was left empty
 * @returns every fault, in the order in which the operator should mend them; none when the value may go on
 */
export function checkValue(component: IoComponent, value: IoValue | undefined): FieldError[] {
  return fieldErrors(faultsOf(component, value).map((fault) => [component.key, fault]));
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
 * Checks a whole answer against its call: every component, unknown keys, and the choice. With a choice that skips validation the rules of
 * components are left out; keys and kinds of values are checked always.
 *
 * @param known faults that were found before; they come first
 * @returns the faults, at most 100 and one that says how many more there are
 */
export function checkAnswer(call: IoCall, answer: IoAnswer, known: Iterable<KeyedFault> = []): FieldError[] {
  return fieldErrors(faultsOfAnswer(call, answer, known));
}

/** What of an answer the call has not asked for. It takes no look at the values, so that it costs little for an answer of any size. */
export function checkKeys(call: IoCall, answer: IoAnswer): FieldError[] {
  return fieldErrors(unknownKeys(call, answer));
}

function* faultsOfAnswer(call: IoCall, answer: IoAnswer, known: Iterable<KeyedFault>): Iterable<KeyedFault> {
  yield* known;
  for (const fault of checkChoice(call, answer.choice)) yield ["", fault];
  yield* unknownKeys(call, answer);
  const skipsRules = call.choices.find(({ value }) => value === answer.choice)?.skipValidation ?? false;
  for (const component of call.components) {
    const { key } = component;
    const value = entryOf(answer.values, key);
    for (const fault of skipsRules ? kindFaults(component, value) : faultsOf(component, value)) yield [key, fault];
  }
}

function* unknownKeys(call: IoCall, answer: IoAnswer): Iterable<KeyedFault> {
  const known = new Set(call.components.map(({ key }) => key));
  for (const key in answer.values) if (!known.has(key)) yield [key, unknownComponent];
}

function kindFaults({ kind }: IoComponent, value: IoValue | undefined): Fault[] {
  if (kind.case === undefined || value === undefined) return []; // newer than this package: its host has the last word
  if (!isInputKind(kind.case)) return [unknownComponent];
  return isAnswerOf(value, kind.case) ? [] : [wrongType];
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
