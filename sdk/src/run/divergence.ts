import { create, toJsonString } from "@bufbuild/protobuf";
import {
  type Divergence,
  DivergenceSchema,
  entryOf,
  type IoCall,
  type IoComponent,
  IoValueSchema,
  type SequenceStep,
  SequenceStepSchema,
} from "@interval/proto";
import { DivergenceError } from "../errors.ts";
import { shorten } from "../thrown.ts";
import type { Member, RecordedMember } from "./sequence.ts";

/** Something that a program asks for, as a member of its run's sequence. */
export interface Asked {
  what: Member;
  key: string;
  /** The method that was called, such as "io.input.text". */
  method: string;
  /** The label or name. */
  label: string;
}

/** At most so many recorded members are shown side by side. */
const shownMembers = 5;
/** How much of an answer, a label or a key an error shows, in characters. */
const shownLength = 200;

/** Both sides of divergences as data, by the errors that programs get. */
const divergences = new WeakMap<DivergenceError, Divergence>();

/** Both sides of an error that is a divergence. What was thrown may be anything, and is not looked into. */
export function divergenceOf(thrown: unknown): Divergence | undefined {
  return divergences.get(thrown as DivergenceError);
}

/**
 * The error of a program that asks something else than its run has recorded.
 *
 * @param recorded what the record holds at that place
 * @param asked what the program asks; undefined when it has ended
 * @param at the number of the step at which the program is
 */
export function diverged(
  recorded: readonly RecordedMember[],
  asked: Asked | undefined,
  { at, why = "", cause }: { at: number; why?: string; cause?: unknown },
): DivergenceError {
  const shown = recorded.slice(0, shownMembers);
  const steps = shown.map((member) => shortened(recordedStep(member)));
  const asking = asked && shortened(create(SequenceStepSchema, { ...askedStep(asked), number: at }));
  const lines = [
    "The program no longer agrees with what its run has recorded.",
    ...steps.map((step, i) => `Recorded as step ${step.number}: ${describe(step)}${answerOf(shown[i])}.`),
    asking
      ? `The program asks as step ${at}: ${describe(asking)}.`
      : `The program ${cause === undefined ? "ended" : "threw"} before step ${steps[0]?.number ?? at}.`,
    why,
  ];
  const options = cause === undefined ? undefined : { cause };
  const error = new DivergenceError(lines.filter(Boolean).join("\n"), options);
  divergences.set(error, create(DivergenceSchema, { recorded: steps, asked: asking, difference: why }));
  return error;
}

function recordedStep({ what, key, number, end, call, step }: RecordedMember): SequenceStep {
  const base = { key, number, ended: end !== undefined };
  if (what === "redirect") return create(SequenceStepSchema, { ...base, method: "ctx.redirect" });
  if (what === "step") {
    const { name = "" } = step ?? {};
    return create(SequenceStepSchema, { ...base, ...namedStep(name) });
  }
  return create(SequenceStepSchema, { ...base, ...namedCall(call?.call, call?.answer?.values) });
}

/** A step that fits into a frame, whatever its program calls it. */
function shortened(step: SequenceStep): SequenceStep {
  return { ...step, label: shorten(step.label, shownLength), key: shorten(step.key, shownLength) };
}

function askedStep({ method, label, key }: Asked) {
  return { method, label, key };
}

/** What the SDK records by itself has no name of the program's. */
function namedStep(name: string): { method: string; label: string } {
  return name.startsWith("ctx.") ? { method: name, label: "" } : { method: "ctx.step", label: name };
}

function namedCall(
  call: IoCall | undefined,
  values: Record<string, { kind: { case: string | undefined } }> = {},
): { method: string; label: string } {
  const components = call?.components ?? [];
  const [only] = components;
  // One that is alone has the key of its call; a group with one member has not.
  if (components.length === 1 && only && only.key === call?.key) {
    return { method: methodOf(only.kind.case ?? entryOf(values, only.key)?.kind.case), label: only.label };
  }
  return { method: "io.group", label: call?.label ?? components.map(({ label }) => label).join(", ") };
}

/**
 * The method that makes components of a kind.
 *
 * @example methodOf("inputRichText") // "io.input.richText"
 */
export function methodOf(kind: IoComponent["kind"]["case"] | string): string {
  if (kind === undefined) return "io";
  const [, family, name] = /^(input|select|display)([A-Z]\w*)$/.exec(kind) ?? [];
  return family && name ? `io.${family}.${name.charAt(0).toLowerCase()}${name.slice(1)}` : `io.${kind}`;
}

function describe({ method, label }: SequenceStep): string {
  return label ? `${method} "${label}"` : method;
}

function answerOf(member: RecordedMember | undefined): string {
  if (member?.what !== "call") return "";
  if (member.end === undefined) return ", not answered yet";
  const values = Object.values(member.call?.answer?.values ?? {});
  const texts = values.map((value) => toJsonString(IoValueSchema, value).slice(0, shownLength));
  return texts.length > 0 ? `, answered ${texts.slice(0, shownMembers).join(", ")}` : ", answered";
}
