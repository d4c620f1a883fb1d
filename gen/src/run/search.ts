import { type DescField, type DescMessage, getOption, ScalarType } from "@bufbuild/protobuf";
import { isReflectMessage, type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { IoAnswerSchema } from "../../ts/interval/io/v1/io_call_pb.ts";
import { asset, sensitive, unsearched } from "../../ts/interval/io/v1/options_pb.ts";
import { RecordFieldSchema, type Value, ValueSchema } from "../../ts/interval/io/v1/value_pb.ts";
import type { Failure } from "../../ts/interval/run/v1/failure_pb.ts";
import type { RunEvent, RunFinished } from "../../ts/interval/run/v1/run_event_pb.ts";
import type { Run } from "../../ts/interval/run/v1/run_pb.ts";
import type { Actor } from "../../ts/interval/run/v1/user_pb.ts";
import { limits } from "../limits.ts";

/** A text as it is compared: case and accents do not count. */
export function foldText(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\p{M}\0]/gu, "")
    .toLowerCase();
}

/** The words of a search, each of which has to be found. */
export function searchWords(text: string): string[] {
  return foldText(text)
    .split(/\s+/)
    .filter((word) => word !== "");
}

/**
 * What a run is found by after some of its events: its id, action and starter, and the beginnings of the texts and numbers in its
 * parameters, answers and outcome. What the schema calls sensitive is left out, and so is what a program asks, shows and logs.
 *
 * @returns one text, folded; to be added to what earlier events have given, up to `limits.search.runText` characters in all
 */
export function searchText(events: Iterable<RunEvent>): string {
  return [...events].flatMap((event) => fitting(textsOfEvent(event))).join("\n");
}

function fitting(texts: Iterable<string>): string[] {
  const taken: string[] = [];
  let left: number = limits.search.eventText;
  let looked = 0;
  for (const text of texts) {
    if (++looked > limits.search.eventText) break; // so many that all of it is the same
    const folded = foldText(text.slice(0, limits.search.text)).trim();
    if (folded === "" || taken.includes(folded)) continue;
    left -= folded.length;
    if (left < 0) break;
    taken.push(folded);
  }
  return taken;
}

function* textsOfEvent({ kind }: RunEvent): Iterable<string> {
  switch (kind.case) {
    case "started":
      if (kind.value.run) yield* textsOfRun(kind.value.run);
      break;
    case "submitted":
      if (kind.value.answer) yield* textsIn(reflect(IoAnswerSchema, kind.value.answer));
      break;
    case "finished":
      yield* textsOfOutcome(kind.value);
  }
}

function* textsOfRun({ id, action, actionName, startedBy, params }: Run): Iterable<string> {
  yield* [id, actionName, action, ...namesOf(startedBy)];
  for (const value of Object.values(params)) yield* textsOfValue(value);
}

function namesOf(actor: Actor | undefined): string[] {
  switch (actor?.kind.case) {
    case "user": {
      const { firstName, lastName, email } = actor.kind.value;
      return [`${firstName} ${lastName}`, email];
    }
    case "apiKey":
      return [actor.kind.value.prefix];
    default:
      return [];
  }
}

function* textsOfOutcome({ outcome }: RunFinished): Iterable<string> {
  if (outcome.case === "success" && outcome.value.result) yield* textsOfValue(outcome.value.result);
  if (outcome.case === "failure") yield* textsOfFailure(outcome.value);
}

function* textsOfFailure({ type, message, cause }: Failure): Iterable<string> {
  yield* [type, message];
  if (cause) yield* textsOfFailure(cause);
}

function textsOfValue(value: Value): Iterable<string> {
  return textsIn(reflect(ValueSchema, value));
}

/** The texts and numbers in a message, however deep. */
function* textsIn(message: ReflectMessage): Iterable<string> {
  for (const field of searchedFields(message.desc)) {
    if (!message.isSet(field)) continue;
    switch (field.fieldKind) {
      case "scalar":
        yield String(message.get(field));
        break;
      case "message":
        yield* textsIn(message.get(field));
        break;
      case "list":
      case "map":
        for (const value of message.get(field).values()) {
          if (isReflectMessage(value)) yield* textsIn(value);
          else if (typeof value === "string") yield value;
        }
    }
  }
}

/** Options are slow to read: what was found in a description is remembered. */
const known = new WeakMap<DescMessage, DescField[]>();

function searchedFields(desc: DescMessage): DescField[] {
  const found = known.get(desc) ?? desc.fields.filter((field) => isSearched(desc, field));
  known.set(desc, found);
  return found;
}

function isSearched(desc: DescMessage, field: DescField): boolean {
  if (getOption(field, sensitive) || getOption(field, asset) || getOption(field, unsearched)) return false;
  if (field.fieldKind !== "scalar") return true;
  if (desc.typeName === RecordFieldSchema.typeName) return false; // the field's name
  const whole = field.scalar === ScalarType.INT64 && desc.typeName === ValueSchema.typeName;
  return whole || field.scalar === ScalarType.STRING || field.scalar === ScalarType.DOUBLE;
}
