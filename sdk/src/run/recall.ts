import { toJsonString } from "@bufbuild/protobuf";
import {
  type CallState,
  checkAnswer,
  type FieldError,
  fromValue,
  type IoCall,
  type IoComponent,
  type IoValue,
  IoValueSchema,
} from "@interval/proto";
import { DivergenceError } from "../errors.ts";
import type { Composed } from "../io/compose.ts";
import { outcomeOf, readField } from "../io/judge.ts";
import type { ChoiceInput } from "../io/spec.ts";

/**
 * What a call was answered when the program was executed before. Options, rows and items are the recorded copies, whatever the program
 * has now; its validators are not asked again.
 *
 * @throws {DivergenceError} when the call asks something else than it did, or could not be answered so
 */
export async function recall(
  recorded: CallState,
  call: IoCall,
  composed: Composed,
  choices: readonly ChoiceInput[] | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  const answer = recorded.answer ?? { $typeName: "interval.io.v1.IoAnswer", values: {} };
  const chosen = recorded.chosen?.items ?? {};
  const isFree = ({ key }: IoComponent) => chosen[key] === undefined;
  const values = Object.fromEntries(Object.entries(answer.values).filter(([key]) => chosen[key] === undefined));
  const [error] = checkAnswer({ ...call, components: call.components.filter(isFree) }, { ...answer, values });
  if (error) throw diverged(recorded, call, error);
  const outcome = outcomeOf(choices, answer.choice);
  if (outcome.isUnchecked) return outcome.of(undefined);
  const read = new Map<string, unknown>();
  for (const field of composed.fields) {
    const items = chosen[field.key]?.items.map((item) => fromValue(item));
    if (items && field.built.recall) {
      read.set(field.key, field.built.recall(items));
      continue;
    }
    const reading = await readField(field, answer, { signal, progress: () => {} });
    if (!reading.ok) throw diverged(recorded, call, { componentKey: field.key, text: reading.faults[0]?.text ?? "" });
    read.set(field.key, reading.value);
  }
  return outcome.of(composed.assemble(read));
}

/**
 * Holds what a call asks against what is recorded under its key.
 * @throws {DivergenceError} when a component is of another kind than it was
 */
export function checkAgreement(recorded: CallState, call: IoCall): void {
  for (const { key, kind, label } of call.components) {
    const known = recorded.call?.components.find((component) => component.key === key);
    // One whose kind is not here is stored apart, or newer than this package.
    if (known?.kind.case === undefined || kind.case === undefined || known.kind.case === kind.case) continue;
    throw diverged(recorded, call, { componentKey: key, text: `"${label}" was of the kind ${known.kind.case}.` });
  }
}

function diverged(
  recorded: CallState,
  call: IoCall,
  { componentKey, text }: Pick<FieldError, "componentKey" | "text">,
) {
  const was = recorded.call?.components.find(({ key }) => key === componentKey);
  const is = call.components.find(({ key }) => key === componentKey);
  const message = [
    `The program no longer agrees with what its run has recorded under the key "${call.key}".`,
    `Recorded: ${describe(was, recorded.answer?.values[componentKey])}.`,
    `The program asks now: ${describe(is)}.`,
    text,
  ];
  return new DivergenceError(message.filter(Boolean).join("\n"));
}

/** How much of an answer an error shows. */
const shownLength = 200;

function describe(component: IoComponent | undefined, value?: IoValue): string {
  const what = component ? `${component.kind.case ?? "a component"} "${component.label}"` : "nothing";
  return value ? `${what}, answered ${toJsonString(IoValueSchema, value).slice(0, shownLength)}` : what;
}
