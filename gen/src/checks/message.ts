import { type DescField, type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { DurationSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { ValueSchema } from "../../ts/interval/io/v1/value_pb.ts";
import { limits } from "../limits.ts";

/**
 * Says what is wrong with a message that came from outside, whatever its type: something in it is nested too deeply, or could be read but
 * not written again. Pure, and it takes time in proportion to the message. Used by the server for all that arrives, before any of it is stored or
 * relayed.
 *
 * @returns a sentence that names the field and the limit; `undefined` when there is nothing wrong
 */
export function checkMessage(desc: DescMessage, message: Message): string | undefined {
  return new Visit().message(desc, message);
}

/** Unknown fields pass through as they are. None of our messages has groups, so a few levels are enough for those of others. */
const groupDepth = 5;

/** Years 1 to 9999: what is beyond has no JSON form. */
const timestampSeconds = { min: -62_135_596_800n, max: 253_402_300_799n };
/** About 10,000 years in either direction. */
const durationSeconds = 315_576_000_000n;
const nanosPerSecond = 1_000_000_000;

/** A field on the way to what is looked at, and which of several in it: a map's key, or a list's index. */
interface Place {
  field: string;
  key: unknown;
}

function nameOf({ field, key }: Place): string {
  if (key === undefined) return field;
  return `${field}[${typeof key === "string" ? JSON.stringify(key.slice(0, 40)) : key}]`;
}

/** A walk through one message. */
class Visit {
  readonly #path: Place[] = [];
  /** How many messages of a type are around the one that is looked at, for types that can hold themselves. */
  readonly #above = new Map<DescMessage, number>();
  /** The deepest nesting that was found beyond the limit, and the path of the outermost message of its type. */
  #deepest: { levels: number; path: string } | undefined;
  /** How long the path of the outermost message of a type is. */
  readonly #outermost = new Map<DescMessage, number>();

  message(desc: DescMessage, message: Message): string | undefined {
    const fault = this.#look(desc, message);
    if (fault !== undefined) return fault;
    if (!this.#deepest) return undefined;
    const { levels, path } = this.#deepest;
    return `${path} is nested ${levels} levels deep; at most ${limits.nesting} levels are possible.`;
  }

  #look(desc: DescMessage, message: Message): string | undefined {
    if (desc.typeName === TimestampSchema.typeName) return this.#timestamp(message);
    if (desc.typeName === DurationSchema.typeName) return this.#duration(message);
    const plan = planOf(desc);
    const unknown = message.$unknown && this.#unknown(message.$unknown);
    if (unknown) return unknown;
    if (!plan.isRecursive) return this.#fields(plan, message);
    const levels = this.#above.get(desc) ?? 0;
    if (levels === 0) this.#outermost.set(desc, this.#path.length);
    if (levels > limits.nesting && levels > (this.#deepest?.levels ?? 0)) {
      this.#deepest = { levels, path: this.#where(this.#outermost.get(desc)) };
    }
    this.#above.set(desc, levels + 1);
    const fault = this.#fields(plan, message);
    this.#above.set(desc, levels);
    return fault;
  }

  #fields(plan: Plan, message: Message): string | undefined {
    for (const step of plan.steps) {
      const value = fieldOf(message, step);
      if (value === undefined) continue;
      this.#path.push({ field: step.field.name, key: undefined });
      const fault = this.#field(step, value);
      if (fault !== undefined) return fault;
      this.#path.pop();
    }
    return undefined;
  }

  #field({ field, look, of }: Step, value: unknown): string | undefined {
    switch (look) {
      case "whole":
        return isSafe(value) ? undefined : `${this.#where()} is ${value}; numbers of this field go up to 2^53 - 1.`;
      case "wholes":
        return (value as unknown[]).every(isSafe) ? undefined : `${this.#where()} holds a number beyond 2^53 - 1.`;
      case "id": {
        const { length } = value as string;
        if (length <= limits.idLength) return undefined;
        return `${this.#where()} has ${length} characters; at most ${limits.idLength} are possible.`;
      }
      case "decimal": {
        const { length } = value as string;
        if (length <= limits.decimalDigits) return undefined;
        return `${this.#where()} has ${length} digits; at most ${limits.decimalDigits} are possible.`;
      }
      case "message":
        return of && this.#look(of, value as Message);
      case "messages":
        return (
          of && this.#all(of, field.fieldKind === "map" ? Object.entries(value as object) : (value as []).entries())
        );
      default:
        return look satisfies never;
    }
  }

  #all(of: DescMessage, entries: Iterable<[key: unknown, message: Message]>): string | undefined {
    const place = this.#path.at(-1);
    for (const [key, message] of entries) {
      if (place) place.key = key;
      const fault = this.#look(of, message);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  #unknown(fields: NonNullable<Message["$unknown"]>): string | undefined {
    for (const { no, wireType, data } of fields) {
      if (wireType !== WireType.StartGroup) continue;
      try {
        new BinaryReader(data).skip(wireType, no, groupDepth);
      } catch {
        return `${this.#where()} holds unknown groups nested more than ${groupDepth} levels deep.`;
      }
    }
    return undefined;
  }

  #timestamp(message: Message): string | undefined {
    const { seconds, nanos } = message as unknown as { seconds: bigint; nanos: number };
    const fits = seconds >= timestampSeconds.min && seconds <= timestampSeconds.max;
    if (fits && nanos >= 0 && nanos < nanosPerSecond) return undefined;
    return `${this.#where()} is no time from year 1 to 9999.`;
  }

  #duration(message: Message): string | undefined {
    const { seconds, nanos } = message as unknown as { seconds: bigint; nanos: number };
    const isOneSigned = seconds === 0n || nanos === 0 || seconds > 0n === nanos > 0;
    const fits = seconds >= -durationSeconds && seconds <= durationSeconds && Math.abs(nanos) < nanosPerSecond;
    if (fits && isOneSigned) return undefined;
    return `${this.#where()} is no span of up to 10,000 years.`;
  }

  #where(length?: number): string {
    return this.#path.slice(0, length).map(nameOf).join(".") || "The message";
  }
}

function isSafe(value: unknown): boolean {
  return typeof value !== "bigint" || Number.isSafeInteger(Number(value));
}

/** How a field is looked at. */
interface Step {
  field: DescField;
  look: "whole" | "wholes" | "id" | "decimal" | "message" | "messages";
  /** The type of the messages in it. */
  of: DescMessage | undefined;
}

/** How the messages of a type are looked at. */
interface Plan {
  steps: Step[];
  /** Whether a message of the type can be inside another one of it. */
  isRecursive: boolean;
}

/** Descriptions are slow to read: what was found in one is remembered. */
const plans = new WeakMap<DescMessage, Plan>();

function planOf(desc: DescMessage): Plan {
  let plan = plans.get(desc);
  if (!plan) {
    plan = { steps: desc.fields.flatMap((field) => stepOf(desc, field) ?? []), isRecursive: isRecursive(desc) };
    plans.set(desc, plan);
  }
  return plan;
}

function stepOf(desc: DescMessage, field: DescField): Step | undefined {
  if (field.message) return { field, of: field.message, look: field.fieldKind === "message" ? "message" : "messages" };
  const isSingle = field.fieldKind === "scalar";
  if (isSingle && isId(field)) return { field, of: undefined, look: "id" };
  if (field === ValueSchema.field.decimalValue) return { field, of: undefined, look: "decimal" };
  // Values are a program's own numbers; all others are counts, places and sizes.
  if (!isLong(field) || desc.typeName === ValueSchema.typeName) return undefined;
  return { field, of: undefined, look: isSingle ? "whole" : "wholes" };
}

/** Whether a field holds an id. What is named so is chosen by whoever sends it, and compared or stored as it is. */
function isId({ scalar, name }: DescField): boolean {
  return scalar === ScalarType.STRING && name.endsWith("_id");
}

const longs: ReadonlySet<ScalarType> = new Set([
  ScalarType.INT64,
  ScalarType.UINT64,
  ScalarType.SINT64,
  ScalarType.FIXED64,
  ScalarType.SFIXED64,
]);

function isLong(field: DescField): boolean {
  return (
    (field.fieldKind === "scalar" || field.fieldKind === "list") &&
    field.scalar !== undefined &&
    longs.has(field.scalar)
  );
}

function isRecursive(desc: DescMessage): boolean {
  const within = new Set<DescMessage>();
  const add = ({ fields }: DescMessage) => {
    for (const { message } of fields) if (message) within.add(message);
  };
  add(desc);
  for (const each of within) add(each);
  return within.has(desc);
}

function fieldOf(message: Message, { field }: Step): unknown {
  const fields = message as unknown as Record<string, unknown>;
  if (!field.oneof) return fields[field.localName];
  const chosen = fields[field.oneof.localName] as { case?: string; value?: unknown };
  return chosen.case === field.localName ? chosen.value : undefined;
}
