import { create } from "@bufbuild/protobuf";
import { type IoCall, IoCallSchema } from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import type { Composed } from "./compose.ts";
import { valueOfChoice } from "./judge.ts";
import { isRecord, show } from "./props.ts";
import type { ChoiceInput, Spec } from "./spec.ts";
import { toTheme } from "./theme.ts";

/**
 * A call as it is sent, under its key; a component that is alone in it has the same one.
 * @throws {HostMisuseError} for choices that are none
 */
export function toCall({ choices = [], body }: Spec, composed: Composed, key: string): IoCall {
  const [only] = composed.fields;
  if (body.type === "component" && only) {
    only.key = key;
    only.component.key = key;
  }
  const { label, continueButton } = body.type === "group" ? body.options : {};
  return create(IoCallSchema, {
    key,
    label,
    components: composed.fields.map(({ component }) => component),
    sections: composed.sections,
    choices: choices.map(readChoice),
    awaitsAnswer: choices.length > 0 || composed.fields.some(({ built }) => built.read !== undefined),
    continueLabel: typeof continueButton === "object" ? continueButton.label : continueButton,
  });
}

function readChoice(choice: ChoiceInput) {
  const given = typeof choice === "string" || isRecord(choice);
  const value = given ? valueOfChoice(choice) : undefined;
  const label = typeof choice === "string" ? choice : (choice?.label ?? value);
  if (typeof value !== "string" || typeof label !== "string") {
    throw new HostMisuseError(`withChoices: a choice must be a string or { label, value }, but it is ${show(choice)}.`);
  }
  const { theme, validate } = typeof choice === "string" ? {} : choice;
  return { value, label, theme: toTheme(theme, "a choice"), skipValidation: validate === false };
}
