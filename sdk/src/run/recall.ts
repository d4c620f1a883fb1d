import {
  type CallState,
  CallStatus,
  checkAnswer,
  entryOf,
  FieldErrorCode,
  fromValue,
  type IoCall,
  type IoComponent,
  isInputKind,
} from "@interval/proto";
import type { Composed } from "../io/compose.ts";
import { outcomeOf, readField } from "../io/judge.ts";
import type { ChoiceInput } from "../io/spec.ts";
import { type Asked, methodOf } from "./divergence.ts";
import { orAborted } from "./or-aborted.ts";
import type { Replay } from "./replay.ts";
import type { RecordedMember } from "./sequence.ts";
import type { Stored } from "./stored.ts";

/** A call that is asked again, and what is recorded of it. */
interface Again {
  member: RecordedMember;
  recorded: CallState;
  asked: Asked;
  call: IoCall;
  composed: Composed;
  choices: readonly ChoiceInput[] | undefined;
}

/** Where a run finds what it has recorded. */
interface Memory {
  replay: Replay;
  stored: Stored;
  signal: AbortSignal;
}

/**
 * Whether a call was answered before. Otherwise it still waits.
 * @throws {DivergenceError} when it asks something else than it did
 */
export function wasAnswered({ recorded, call, member, asked }: Again, { replay }: Memory): boolean {
  const why = disagreement(recorded, call);
  if (why) throw replay.disagree(member, asked, why);
  return recorded.status === CallStatus.ACCEPTED;
}

/** Whether a display shows what it did before, as far as its kind says. */
export function isShownAgain(recorded: IoCall, call: IoCall): boolean {
  return call.components.every(({ key, kind }) => {
    const known = recorded.components.find((component) => component.key === key);
    return known !== undefined && isSameKind(known, kind.case);
  });
}

/**
 * What a program gets of a call that was answered before.
 * @throws {DivergenceError} when it could not be answered so
 */
export async function recallStored(again: Again, memory: Memory): Promise<unknown> {
  const { stored, signal } = memory;
  const { recorded } = again;
  const chosen = await orAborted(signal, stored.readChosen(recorded.chosen));
  return recall({ ...again, recorded: { ...recorded, chosen } }, memory);
}

/**
 * What a call was answered when the program was executed before. Options, rows and items are the recorded copies, whatever the program
 * has now; its validators are not asked again.
 *
 * @throws {DivergenceError} when it could not be answered so
 */
async function recall(
  { member, recorded, asked, call, composed, choices }: Again,
  { replay, signal }: Memory,
): Promise<unknown> {
  const answer = recorded.answer ?? { $typeName: "interval.io.v1.IoAnswer", values: {} };
  const chosen = recorded.chosen?.items ?? {};
  const refused = (componentKey: string, text: string) => {
    const label = call.components.find(({ key }) => key === componentKey)?.label;
    return replay.disagree(
      member,
      asked,
      `The recorded answer${label ? ` to "${label}"` : ""} is refused now: ${text}`,
    );
  };
  // What was chosen is recorded whole, so that it need not be offered any more.
  const [error] = checkAnswer(call, answer).filter(
    ({ code, componentKey }) => !(code === FieldErrorCode.UNKNOWN_OPTION && entryOf(chosen, componentKey)),
  );
  if (error) throw refused(error.componentKey, error.text);
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
    if (!reading.ok) throw refused(field.key, reading.faults[0]?.text ?? "");
    read.set(field.key, reading.value);
  }
  return outcome.of(composed.assemble(read));
}

/**
 * Holds what a call asks against what is recorded of it: the same values are asked for, each by a component of the same kind. Labels, hints and
 * displays may differ.
 *
 * @returns what is different, in a sentence; undefined when they agree
 */
function disagreement({ call: known, answer }: CallState, call: IoCall): string | undefined {
  if (known?.choices.some(({ value, skipValidation }) => skipValidation && value === answer?.choice)) return undefined;
  const before = new Map(known?.components.map((component) => [component.key, component]));
  for (const { key, kind, label } of call.components) {
    const recorded = before.get(key);
    before.delete(key);
    if (kind.case === undefined || !isInputKind(kind.case)) {
      if (recorded && takesAnswer(recorded)) return `"${label}" takes no answer any more.`;
    } else if (!recorded) return `"${label}" (${methodOf(kind.case)}) was not asked then.`;
    else if (!isSameKind(recorded, kind.case)) {
      return `"${label}" is ${methodOf(kind.case)} now; it was ${methodOf(recorded.kind.case)}.`;
    }
  }
  const gone = [...before.values()].find(takesAnswer);
  return gone && `"${gone.label}" (${methodOf(gone.kind.case)}) is no longer asked.`;
}

/** One whose kind is not here is stored apart: its key and its answer have to agree. */
function isSameKind({ kind }: IoComponent, now: string | undefined): boolean {
  return kind.case === undefined || now === undefined || kind.case === now;
}

function takesAnswer({ kind }: IoComponent): boolean {
  return kind.case !== undefined && isInputKind(kind.case);
}
