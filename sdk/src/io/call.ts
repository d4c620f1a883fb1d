import { create } from "@bufbuild/protobuf";
import { type IoCall, IoCallSchema } from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import { checkAnswerable } from "./answerable.ts";
import type { Composed } from "./compose.ts";
import { readGroupOptions } from "./group-options.ts";
import { valueOfChoice } from "./judge.ts";
import { isRecord, show } from "./props.ts";
import type { ChoiceInput, Spec } from "./spec.ts";
import { toTheme } from "./theme.ts";

/**
 * A call as it is sent, under its key; a component that is alone in it has the same one.
 * @throws {HostMisuseError} for choices that are none, and for a call that nobody could answer
 */
export function toCall({ choices, body }: Spec, composed: Composed, key: string): IoCall {
  const buttons = choices === undefined ? [] : readChoices(choices);
  const [only] = composed.fields;
  if (body.type === "component" && only) {
    only.key = key;
    only.component.key = key;
  }
  checkAnswerable(composed, choices);
  const { label, continueLabel } = body.type === "group" ? readGroupOptions(body.options) : {};
  return create(IoCallSchema, {
    key,
    label,
    components: composed.fields.map(({ component }) => component),
    sections: composed.sections,
    choices: buttons,
    awaitsAnswer: buttons.length > 0 || composed.fields.some(({ built }) => built.read !== undefined),
    continueLabel,
  });
}

function readChoices(given: readonly ChoiceInput[]) {
  if (!Array.isArray(given) || given.length === 0) {
    throw new HostMisuseError(
      `withChoices: it takes an array of at least one choice, but it was given ${show(given)}.`,
    );
  }
  const taken = new Set<string>();
  return given.map((choice: ChoiceInput) => {
    const read = readChoice(choice);
    if (taken.has(read.value)) {
      throw new HostMisuseError(
        `withChoices: two choices have the value ${show(read.value)}. Values must be distinct.`,
      );
    }
    taken.add(read.value);
    return read;
  });
}

function readChoice(choice: ChoiceInput) {
  const given = typeof choice === "string" || isRecord(choice);
  const value = given ? valueOfChoice(choice) : undefined;
  const label = typeof choice === "string" ? choice : (choice?.label ?? value);
  if (typeof value !== "string" || !value.isWellFormed() || typeof label !== "string" || label.trim() === "") {
    throw new HostMisuseError(`withChoices: a choice must be a string or { label, value }, but it is ${show(choice)}.`);
  }
  const { theme, validate } = typeof choice === "string" ? {} : choice;
  return { value, label: label.toWellFormed(), theme: toTheme(theme, "a choice"), skipValidation: validate === false };
}
