import { create, toBinary } from "@bufbuild/protobuf";
import {
  byteCount,
  checkValue,
  defaultValue,
  FieldErrorCode,
  IoAnswerSchema,
  type IoComponent,
  IoValueSchema,
  limits,
} from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import type { Composed, Field } from "./compose.ts";
import { valueOfChoice } from "./judge.ts";
import type { PropReader } from "./props.ts";
import type { ChoiceInput } from "./spec.ts";

/**
 * Checks that a call can be answered: that each required field has an answer that its own rules take, and that what it starts with fits into an
 * answer. A step that can be left by a choice that checks nothing may ask for anything.
 *
 * @throws {HostMisuseError} naming method and prop, before anything is shown
 */
export function checkAnswerable({ fields }: Composed, choices: readonly ChoiceInput[] = []): void {
  checkStarts(fields, choices);
  if (choices.some((choice) => typeof choice === "object" && choice.validate === false)) return;
  for (const { component, method, built } of fields) {
    const reason = component.optional || component.disabled ? undefined : built.impossible?.();
    if (reason === undefined) continue;
    throw new HostMisuseError(`${method}: ${reason}, so nobody could answer it. Change that, or make it .optional().`);
  }
}

function checkStarts(fields: readonly Field[], choices: readonly ChoiceInput[]): void {
  const starts = fields.flatMap(({ method, component }) => {
    const value = defaultValue(component);
    return value ? [{ method, component, value, bytes: toBinary(IoValueSchema, value).length }] : [];
  });
  const [first] = starts.sort((a, b) => b.bytes - a.bytes);
  if (!first) return;
  const values = Object.fromEntries(starts.map(({ component, value }) => [component.key, value]));
  const [choice] = choices.map(valueOfChoice).sort((a, b) => b.length - a.length);
  const { length } = toBinary(IoAnswerSchema, create(IoAnswerSchema, { values, choice }));
  if (length <= limits.answerBytes) return;
  throw new HostMisuseError(
    `${first.method}: with this "${startProp(first.component)}" the answer has ${byteCount(length)}; an answer holds at most ${byteCount(limits.answerBytes)}.`,
  );
}

/** Warns of a default that the field's own rules refuse. It stays on screen, where the operator mends it: what is dropped would be lost. */
export function warnOfStart(component: IoComponent, read: PropReader): void {
  const start = defaultValue(component);
  const faults = start ? checkValue({ ...component, optional: true }, start) : [];
  const fault = faults.find(({ code }) => code !== FieldErrorCode.REQUIRED); // what is missing is for the operator to fill in
  if (fault) {
    read.warn(
      `${read.method}: "${startProp(component)}" breaks a rule of the field: ${fault.text} The operator has to change it.`,
    );
  }
}

/** The prop that says what a field starts with. */
function startProp({ kind }: IoComponent): string {
  return kind.case === "selectTable" ? "initiallySelected" : "defaultValue";
}
