import { HostMisuseError } from "../errors.ts";
import { isRecord, show } from "./props.ts";
import { property } from "./records.ts";

/** What is said of a group, as it is sent. */
export interface ReadGroupOptions {
  label?: string;
  helpText?: string;
  key?: string;
  continueLabel?: string;
}

/** @throws {HostMisuseError} for options of the wrong shape */
export function readGroupOptions(given: unknown): ReadGroupOptions {
  if (!isRecord(given)) {
    throw new HostMisuseError(`io.group: the second argument must be an object of options, but it is ${show(given)}.`);
  }
  const text = (name: string, of: unknown = given) => {
    const value = property(of, name) ?? undefined;
    if (value === undefined || typeof value === "string") return value?.toWellFormed();
    throw new HostMisuseError(`io.group: "${name}" must be a string, but it is ${show(value)}.`);
  };
  const button = property(given, "continueButton");
  const continueLabel = isRecord(button) ? text("label", button) : text("continueButton");
  return { label: text("label"), helpText: text("helpText"), key: text("key"), continueLabel };
}
