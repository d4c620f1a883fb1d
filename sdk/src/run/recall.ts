import { toJsonString } from "@bufbuild/protobuf";
import {
  type CallState,
  CallStatus,
  checkAnswer,
  entryOf,
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
import { orAborted } from "./or-aborted.ts";
import type { Replay } from "./replay.ts";
import type { Stored } from "./stored.ts";

/** A call that is asked again, and what is recorded of it. */
interface Again {
  recorded: CallState;
  call: IoCall;
  composed: Composed;
  choices: readonly ChoiceInput[] | undefined;
}

/** Where a run finds what it has recorded. */
export interface Memory {
  replay: Replay;
  stored: Stored;
  signal: AbortSignal;
}

/**
 * What a program gets of a call without asking it: what it was answered, and of displays that they were shown. Undefined for what still waits.
 *
 * @throws {DivergenceError} when the call asks something else than it did; it rejects when it could not be answered as it was
 */
export function giveBack(again: Again, memory: Memory): Promise<unknown> | undefined {
  const { recorded, call, composed } = again;
  checkAgreement(recorded, call);
  if (recorded.status === CallStatus.SHOWN && !call.awaitsAnswer) {
    return Promise.resolve(composed.assemble(new Map(composed.fields.map(({ key }) => [key, null]))));
  }
  return recorded.status === CallStatus.ACCEPTED ? recallStored(again, memory) : undefined;
}

async function recallStored(again: Again, { replay, stored, signal }: Memory): Promise<unknown> {
  const { recorded, composed } = again;
  if (
    !recorded.chosen &&
    composed.fields.some(({ key, built }) => built.recall && entryOf(recorded.answer?.values ?? {}, key))
  ) {
    replay.hasLine(); // that told that it could not be recorded
  }
  const chosen = await orAborted(signal, stored.readChosen(recorded.chosen));
  return recall({ ...again, recorded: { ...recorded, chosen } }, signal);
}

/**
 * What a call was answered when the program was executed before. Options, rows and items are the recorded copies, whatever the program
 * has now; its validators are not asked again.
 *
 * @throws {DivergenceError} when it could not be answered so
 */
async function recall({ recorded, call, composed, choices }: Again, signal: AbortSignal): Promise<unknown> {
  const answer = recorded.answer ?? { $typeName: "interval.io.v1.IoAnswer", values: {} };
  const chosen = recorded.chosen?.items ?? {};
  const isFree = ({ key }: Pick<IoComponent, "key">) => entryOf(chosen, key) === undefined;
  const values = Object.fromEntries(Object.entries(answer.values).filter(([key]) => isFree({ key })));
  const [error] = checkAnswer({ ...call, components: call.components.filter(isFree) }, { ...answer, values });
  if (error) throw diverged(recorded, call, error);
  const outcome = outcomeOf(choices, answer.choice);
  if (outcome.isUnchecked) return outcome.of(undefined);
  const read = new Map<string, unknown>();
  for (const field of composed.fields) {
    const items = entryOf(chosen, field.key)?.items.map((item) => fromValue(item));
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
function checkAgreement(recorded: CallState, call: IoCall): void {
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
    `Recorded: ${describe(was, entryOf(recorded.answer?.values ?? {}, componentKey))}.`,
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
