import { type DescField, type DescMessage, isMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import { isReflectMessage, type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { FeatureSet_FieldPresence, TimestampSchema, timestampDate } from "@bufbuild/protobuf/wkt";
import { EventualSchema, fromValue, ValueSchema } from "@interval/proto";

/** A message as plain data. */
export type PlainRecord = Record<string, unknown>;

/**
 * A message as plain data, for `toEqual` and `toMatchObject`: packed values are what the program gave, enums their names in lower case, moments
 * are Dates, and what is unset is absent.
 */
export function plainRecord(desc: DescMessage, message: Message): PlainRecord {
  return recordOf(reflect(desc, message));
}

function recordOf(message: ReflectMessage): PlainRecord {
  const shown = message.fields.filter((field) => message.isSet(field) || isAlwaysThere(field));
  return Object.fromEntries(
    shown.flatMap((field) => {
      const value = contentOf(message, field);
      return value === undefined ? [] : [[field.localName, value]];
    }),
  );
}

function isAlwaysThere(field: DescField): boolean {
  if (field.fieldKind === "list" || field.fieldKind === "map") return true;
  return field.fieldKind === "scalar" && !field.oneof && field.presence === FeatureSet_FieldPresence.IMPLICIT;
}

function contentOf(message: ReflectMessage, field: DescField): unknown {
  switch (field.fieldKind) {
    case "list":
      return Array.from(message.get(field), plain);
    case "map":
      return Object.fromEntries(Array.from(message.get(field), ([key, value]) => [String(key), plain(value)]));
    case "enum": {
      const name = field.enum.value[message.get(field)]?.localName;
      return name === undefined || name === "UNSPECIFIED" ? undefined : name.toLowerCase();
    }
    case "message":
      return plain(message.get(field));
    case "scalar":
      return plain(message.get(field), field.scalar);
  }
}

/** Counts and sizes are plain numbers wherever these can say them. */
function plain(value: unknown, scalar?: ScalarType): unknown {
  if (typeof value === "bigint" && scalar === ScalarType.INT64 && Number.isSafeInteger(Number(value)))
    return Number(value);
  if (!isReflectMessage(value)) return value;
  if (isMessage(value.message, ValueSchema)) return fromValue(value.message);
  if (isMessage(value.message, TimestampSchema)) return timestampDate(value.message);
  return recordOf(value);
}

/** Whether anything in a message is still on its way. */
export function hasPending(desc: DescMessage, message: Message): boolean {
  return isPending(reflect(desc, message));
}

function isPending(message: ReflectMessage): boolean {
  if (isMessage(message.message, EventualSchema)) return message.message.state.case === "pending";
  return message.fields.some((field) => {
    if (!message.isSet(field)) return false;
    switch (field.fieldKind) {
      case "message":
        return isPending(message.get(field));
      case "list":
        return Array.from(message.get(field)).some((item) => isReflectMessage(item) && isPending(item));
      case "map":
        return Array.from(message.get(field).values()).some((item) => isReflectMessage(item) && isPending(item));
      default:
        return false;
    }
  });
}
