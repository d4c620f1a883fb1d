import { create } from "@bufbuild/protobuf";
import { limits, optionKey, type SelectOption, SelectOptionSchema } from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import { type Entry, isLike } from "./entry.ts";
import { type ImageProps, toImage } from "./image.ts";
import { isRecord, type PropReader, show } from "./props.ts";
import { isScalar } from "./records.ts";

/** What an option may be worth. */
export type OptionValue = string | number | boolean | bigint | Date;

/** An option with a label of its own; further properties are the program's and come back with it. */
export interface OptionObject {
  label?: string | number | boolean | bigint | Date;
  value: OptionValue;
  description?: string;
  image?: ImageProps;
}

/** One of the options of a select. */
export type Option = OptionValue | OptionObject;

/** The bare value of an option. */
export type ValueOfOption<O> = O extends { value: infer V } ? V : O;

/** A select's options: what is sent, and the program's own by key. */
export interface ReadOptions<O> {
  messages: SelectOption[];
  byKey: Map<string, O>;
}

/** @throws {HostMisuseError} for options of the wrong shape, and for two of the same value */
export function readOptions<O>(read: PropReader, options: readonly O[] | undefined): ReadOptions<O> {
  const expected = "an array of values or { label, value }";
  if (!Array.isArray(options)) throw read.wrong("options", expected);
  const byKey = new Map<string, O>();
  const messages = options.map((option: O, i) => {
    const where = `${read.method}: "options[${i}]"`;
    const value = bareValue(option);
    if (value === undefined) {
      throw new HostMisuseError(`${where} must be a value or { label, value }, but it is ${show(option)}.`);
    }
    const key = optionKey(value);
    if (byKey.has(key)) {
      throw new HostMisuseError(`${read.method}: two options have the value ${show(value)}. Values must be distinct.`);
    }
    byKey.set(key, option);
    const { label, description, image }: Record<string, unknown> = isRecord(option) ? option : {};
    const shown = bareValue(label ?? value);
    if (shown === undefined) {
      throw new HostMisuseError(`${where}: "label" must be a text, number or Date, but it is ${show(label)}.`);
    }
    checkKey(key, where);
    return create(SelectOptionSchema, {
      key,
      label: textOfOption(shown),
      description: typeof description === "string" ? description : undefined,
      image: toImage(image, `${where}: "image"`, read.uploads),
    });
  });
  return { messages, byKey };
}

/** The keys of options or bare values given as a default. Unknown ones are dropped, and the developer is warned. */
export function defaultKeys<O>(read: PropReader, { byKey }: ReadOptions<O>, given: readonly unknown[]): string[] {
  return given.flatMap((option) => {
    const value = bareValue(option);
    const key = value === undefined ? undefined : optionKey(value);
    if (key !== undefined && byKey.has(key)) return [key];
    read.warnings.push(
      `${read.method}: "defaultValue" names ${show(value ?? option)}, which is not among the options.`,
    );
    return [];
  });
}

/**
 * The key of an option that a scripted operator names: by itself, by its value or label, or by some of its properties. A value that is not
 * offered gets the key that it would have.
 */
export function enterOption<O>({ messages, byKey }: ReadOptions<O>, given: unknown, entry: Entry): string {
  for (const [key, option] of byKey) if (option === given) return key;
  const value = bareValue(given);
  const key = value === undefined ? undefined : optionKey(value);
  if (key !== undefined && byKey.has(key)) return key;
  const labelled = messages.filter(({ label }) => label === given);
  if (labelled.length === 1 && labelled[0]) return labelled[0].key;
  if (key !== undefined) return key;
  const offered = messages.map(({ label }) => JSON.stringify(label)).join(", ");
  const [found, another] = isRecord(given) ? [...byKey].filter(([, option]) => isLike(option, given)) : [];
  if (found && !another) return found[0];
  throw entry.wrong(`an option, or its value or label, of ${offered}`, given);
}

/** What an option is worth; undefined for what cannot be one. */
export function bareValue(option: unknown): OptionValue | undefined {
  const value = isRecord(option) && !(option instanceof Date) ? option.value : option;
  const isMoment = value instanceof Date && !Number.isNaN(value.getTime());
  return isScalar(value) || isMoment ? value : undefined;
}

/**
 * The key of what can be chosen is part of the answer.
 * @throws {HostMisuseError} for one that would leave no room for others
 */
export function checkKey(key: string, where: string): void {
  const length = key.length - "s:".length;
  if (length <= limits.choiceKeyLength) return;
  throw new HostMisuseError(
    `${where}: its value has ${length} characters; at most ${limits.choiceKeyLength} are possible. Give it a shorter one, with a label.`,
  );
}

/** What is shown of a value that has no label. */
export function textOfOption(value: OptionValue): string {
  return value instanceof Date ? value.toISOString() : String(value).toWellFormed();
}
