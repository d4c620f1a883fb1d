import { create, type DescField, type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { type Value, ValueSchema } from "@interval/proto";
import type { Pool } from "./pool.ts";
import type { Random } from "./random.ts";
import { oddText } from "./texts.ts";

const integers = [0, 1, 2, 3, -1, 7, 50, 200, 201, 65_536, 2 ** 31 - 1, -(2 ** 31)] as const;
const longs = [0n, 1n, 2n, 3n, -1n, 50n, 2n ** 32n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)] as const;
const doubles = [0, -0, 1, -1, 0.1, 1e308, -1e308, 5e-324, Number.NaN, 1 / 0, -1 / 0, 2 ** 53] as const;

/** Makes messages of any kind from their descriptions: mostly plausible, with ids that exist, and now and then absurd. */
export class Messages {
  readonly #random: Random;
  readonly #pool: Pool;
  /** How many fields the message being made may still have. */
  #left = 0;

  constructor(random: Random, pool: Pool) {
    this.#random = random;
    this.#pool = pool;
  }

  make(desc: DescMessage): Message {
    this.#left = this.#random.chance(0.01) ? 120_000 : 300;
    return this.#fill(reflect(desc, create(desc)), 0).message;
  }

  #fill(message: ReflectMessage, depth: number): ReflectMessage {
    const random = this.#random;
    const likelihood = depth === 0 ? 0.9 : Math.max(0.15, 0.7 - depth * 0.06);
    const { fields, oneofs } = message.desc;
    for (const oneof of oneofs) {
      if (random.chance(depth === 0 ? 0.97 : 0.85)) this.#set(message, random.of(oneof.fields), depth);
    }
    for (const field of fields) {
      if (field.oneof || !random.chance(likelihood)) continue;
      this.#set(message, field, depth);
    }
    return message;
  }

  #set(message: ReflectMessage, field: DescField, depth: number): void {
    if (this.#left-- <= 0) return;
    switch (field.fieldKind) {
      case "message":
        // Who asks to wait is answered late: most of the time would pass so.
        if (field.localName === "wait" && this.#random.chance(0.98)) break;
        if (depth < 60) message.set(field, this.#child(field.message, depth));
        break;
      case "list": {
        const list = message.get(field);
        for (let i = this.#length(depth); i > 0 && this.#left-- > 0; i--) {
          if (field.listKind === "message") list.add(this.#child(field.message, depth));
          else list.add(field.listKind === "enum" ? this.#enumNumber(field.enum.values) : this.#scalar(field));
        }
        break;
      }
      case "map": {
        const map = message.get(field);
        for (let i = this.#length(depth); i > 0 && this.#left-- > 0; i--) {
          const name = this.#key(i);
          if (field.mapKind === "message") map.set(name, this.#child(field.message, depth));
          else map.set(name, field.mapKind === "enum" ? this.#enumNumber(field.enum.values) : this.#scalar(field));
        }
        break;
      }
      case "enum":
        message.set(field, this.#enumNumber(field.enum.values));
        break;
      case "scalar":
        message.set(field, this.#scalar(field));
        break;
    }
  }

  #child(desc: DescMessage, depth: number): ReflectMessage {
    if (desc.typeName === ValueSchema.typeName && this.#random.chance(0.02)) return reflect(ValueSchema, this.#deep());
    return this.#fill(reflect(desc, create(desc)), depth + 1);
  }

  /** Lists in lists, records in records, around the depth that is allowed and far beyond. */
  #deep(): Value {
    const random = this.#random;
    let value = create(ValueSchema, { kind: { case: "stringValue", value: "deep" } });
    for (let depth = random.of([5, 20, 24, 25, 26, 30, 45, 49, 50, 60, 95, 100, 101, 300]); depth > 0; depth--) {
      value = create(ValueSchema, {
        kind: random.chance(0.7)
          ? { case: "listValue", value: { items: [value] } }
          : { case: "recordValue", value: { fields: [{ name: "a", value }] } },
      });
    }
    return value;
  }

  #length(depth: number): number {
    if (this.#left > 1000 && depth < 3) return this.#random.of([1000, 20_000, 100_000]);
    return this.#random.between(0, depth > 4 ? 1 : 3);
  }

  #enumNumber(values: ReadonlyArray<{ number: number }>): number {
    return this.#random.chance(0.05) ? this.#random.of([99, -1, 2 ** 31 - 1]) : this.#random.of(values).number;
  }

  #key(i: number): string {
    if (i > 3) return `key ${i}`;
    const known = this.#random.chance(0.7) && this.#pool.pick({ localName: "componentKey" }, this.#random);
    return known || oddText(this.#random);
  }

  #scalar(field: DescField & { scalar: ScalarType }): unknown {
    const random = this.#random;
    switch (field.scalar) {
      case ScalarType.STRING:
        return (random.chance(0.85) && this.#pool.pick(field, random)) || oddText(random);
      case ScalarType.BOOL:
        return random.chance(0.5);
      case ScalarType.BYTES:
        return random.bytes(random.of([0, 1, 8, 64, 1000]));
      case ScalarType.DOUBLE:
      case ScalarType.FLOAT:
        return random.chance(0.5) ? random.between(-10, 1000) : random.of(doubles);
      case ScalarType.INT64:
      case ScalarType.SINT64:
      case ScalarType.SFIXED64:
        return random.chance(0.6) ? BigInt(random.between(0, 40)) : random.of(longs);
      case ScalarType.UINT64:
      case ScalarType.FIXED64:
        return BigInt(random.between(0, 2 ** 32));
      case ScalarType.UINT32:
      case ScalarType.FIXED32:
        return random.between(0, 2 ** 32 - 1);
      default:
        return random.chance(0.6) ? random.between(0, 5) : random.of(integers);
    }
  }
}
