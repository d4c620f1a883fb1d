import { create } from "@bufbuild/protobuf";
import {
  checkAnswer,
  entryOf,
  type FieldError,
  FieldErrorCode,
  FieldErrorSchema,
  type IoAnswer,
  type IoCall,
} from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import { isError, messageOf, shorten } from "../thrown.ts";
import type { Composed, Field } from "./compose.ts";
import { type Answering, type Fault, type Reading, refused, taken } from "./method.ts";
import { show } from "./props.ts";
import type { AddedValidator, ChoiceInput } from "./spec.ts";

/** The options, rows or items that were chosen, by component key. */
export type Chosen = ReadonlyMap<string, readonly unknown[]>;

/** What the host makes of an answer: the value for the program, or what the operator has to mend. */
export type Verdict = { ok: true; value: unknown; chosen: Chosen } | { ok: false; errors: FieldError[] };

/**
 * Judges an answer: by the rules of the call, then by the program's own data, then by all validators of the fields, then by those of the groups.
 * It never throws: what goes wrong is said to the operator.
 */
export async function judge(
  call: IoCall,
  composed: Composed,
  choices: readonly ChoiceInput[] | undefined,
  answer: IoAnswer,
  answering: Answering = { signal: new AbortController().signal, progress: () => {} },
): Promise<Verdict> {
  try {
    const errors = checkAnswer(call, answer);
    if (errors.length > 0) return { ok: false, errors };
    const { of: outcome, isUnchecked } = outcomeOf(choices, answer.choice);
    if (isUnchecked) return { ok: true, value: outcome(undefined), chosen: new Map() };
    return await judgeValues(composed, answer, outcome, answering);
  } catch (error) {
    const labels = composed.fields.map(({ component }) => `"${component.label}"`).join(", ");
    answering.thrown?.({ error, origin: "data", what: `what reads the answer to ${labels}` });
    return { ok: false, errors: [rejected("", notChecked(error))] };
  }
}

/** Gives a value the shape in which programs get it: with the choice beside it where the chain has choices. */
type Outcome = (value: unknown) => unknown;

/** What becomes of a value under the choice that was pressed, and whether that one asks for no values. */
export function outcomeOf(choices: readonly ChoiceInput[] | undefined, choice: string | undefined) {
  const pressed = choices?.find((each) => valueOfChoice(each) === choice);
  const of: Outcome = (value) => (choices ? { choice, returnValue: value } : value);
  return { of, isUnchecked: typeof pressed === "object" && pressed.validate === false };
}

const plain: Outcome = (value) => value;

async function judgeValues(
  composed: Composed,
  answer: IoAnswer,
  outcome: Outcome,
  answering: Answering,
): Promise<Verdict> {
  const values = new Map<string, unknown>();
  const chosen = new Map<string, readonly unknown[]>();
  const errors: FieldError[] = [];
  const readings = await Promise.all(
    composed.fields.map(async (field) => ({ field, read: await readField(field, answer, answering) })),
  );
  for (const { field, read } of readings) {
    if (read.ok) {
      values.set(field.key, read.value);
      if (read.chosen) chosen.set(field.key, read.chosen);
    } else for (const fault of read.faults) errors.push(toError(field.key, fault));
  }
  if (errors.length > 0) return { ok: false, errors };

  const lone = composed.groups.length === 0 && composed.fields.length === 1;
  const inFields = composed.fields.map(async ({ key, component, validators }) => {
    const value = values.get(key);
    const isWhole = lone && composed.assemble(values) === value;
    const ask = { outcome: isWhole ? outcome : plain, what: `a validator of "${component.label}"`, answering };
    const texts = await validate(validators, value, ask);
    return texts.map((text) => rejected(key, text));
  });
  const refusals = (await Promise.all(inFields)).flat();
  if (refusals.length > 0) return { ok: false, errors: refusals };

  for (const [i, { validators, read }] of composed.groups.entries()) {
    const value = read(values);
    const isWhole = i === composed.groups.length - 1 && read === composed.assemble;
    const texts = await validate(validators, value, {
      outcome: isWhole ? outcome : plain,
      what: "a validator of a group",
      answering,
    });
    if (texts.length > 0) return { ok: false, errors: texts.map((text) => rejected("", text)) };
  }
  return { ok: true, value: outcome(composed.assemble(values)), chosen };
}

/** What an answer means for one field; what is missing gives what it stands for. */
export async function readField(
  { key, component, built }: Field,
  answer: IoAnswer,
  answering: Answering,
): Promise<Reading<unknown>> {
  if (!built.read) return taken(null);
  const value = entryOf(answer.values, key);
  if (value !== undefined && !(component.optional && built.isBlank?.(value))) return built.read(value, answering);
  if (built.neverMissing || (!component.optional && built.empty !== undefined)) return taken(built.empty);
  if (component.optional || component.disabled) return taken(undefined);
  return refused(FieldErrorCode.REQUIRED, "This is required.");
}

/** How validators are asked. */
interface Question {
  outcome: Outcome;
  /** Which validators they are, for the developer. */
  what: string;
  answering: Answering;
}

/** Asks all validators; those not written for missing values are not asked about one, and some are asked about each item. */
async function validate(
  validators: readonly AddedValidator[],
  value: unknown,
  { outcome, what, answering }: Question,
): Promise<string[]> {
  const questions = validators.flatMap(({ check, takesUndefined, asksEach }) => {
    if (value === undefined && !takesUndefined) return [];
    const asked = asksEach && Array.isArray(value) ? value : [value];
    return asked.map(async (each): Promise<string> => {
      try {
        return refusalOf(await Reflect.apply(check, undefined, [outcome(each)]));
      } catch (error) {
        answering.thrown?.({ error, origin: "validator", what });
        return notChecked(error);
      }
    });
  });
  const texts = await Promise.all(questions);
  return [...new Set(texts.filter((text) => text !== ""))];
}

/**
 * The text that a validator refuses with; empty for none. `condition && "text"` may give anything that counts as false.
 * @throws {HostMisuseError} for what is neither a text nor nothing: nobody knows whether it takes the answer
 */
function refusalOf(given: unknown): string {
  if (!given) return "";
  if (typeof given === "string") return shorten(given);
  if (isError(given)) return messageOf(given);
  throw new HostMisuseError(
    `validate: it must return a text that refuses the answer, or nothing, but it returned ${show(given)}.`,
  );
}

/** What the operator reads where the program could not say what it makes of an answer. */
function notChecked(error: unknown): string {
  return `The answer could not be checked: ${messageOf(error)}`;
}

/** What identifies a choice on the wire. */
export function valueOfChoice(choice: ChoiceInput): string {
  return typeof choice === "string" ? choice : choice.value;
}

function toError(componentKey: string, fault: Fault): FieldError {
  return create(FieldErrorSchema, { ...fault, componentKey });
}

function rejected(componentKey: string, text: string): FieldError {
  return create(FieldErrorSchema, { componentKey, code: FieldErrorCode.REJECTED, text });
}
