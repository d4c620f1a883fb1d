import { type FieldError, FieldErrorCode, fromValue, type Reader } from "@interval/proto";
import { formatBytes, formatCivil, formatNumber } from "./format.ts";

/** How a fault is said in other languages than English, which its text is in. */
const words = {
  [FieldErrorCode.REQUIRED]: "fault.required",
  [FieldErrorCode.TOO_SHORT]: "fault.tooShort",
  [FieldErrorCode.TOO_LONG]: "fault.tooLong",
  [FieldErrorCode.TOO_SMALL]: "fault.tooSmall",
  [FieldErrorCode.TOO_LARGE]: "fault.tooLarge",
  [FieldErrorCode.NOT_A_NUMBER]: "fault.notANumber",
  [FieldErrorCode.TOO_MANY_DECIMALS]: "fault.tooManyDecimals",
  [FieldErrorCode.NOT_ON_STEP]: "fault.notOnStep",
  [FieldErrorCode.INVALID_EMAIL]: "fault.invalidEmail",
  [FieldErrorCode.INVALID_URL]: "fault.invalidUrl",
  [FieldErrorCode.PROTOCOL_NOT_ALLOWED]: "fault.protocolNotAllowed",
  [FieldErrorCode.INVALID_DATE]: "fault.invalidDate",
  [FieldErrorCode.INVALID_TIME]: "fault.invalidTime",
  [FieldErrorCode.TOO_EARLY]: "fault.tooEarly",
  [FieldErrorCode.TOO_LATE]: "fault.tooLate",
  [FieldErrorCode.EXTENSION_NOT_ALLOWED]: "fault.extensionNotAllowed",
  [FieldErrorCode.FILE_TOO_LARGE]: "fault.fileTooLarge",
  [FieldErrorCode.UNKNOWN_FILE]: "fault.unknownFile",
  [FieldErrorCode.UNKNOWN_OPTION]: "fault.unknownOption",
  [FieldErrorCode.DUPLICATE]: "fault.duplicate",
  [FieldErrorCode.TOO_FEW]: "fault.tooFew",
  [FieldErrorCode.TOO_MANY]: "fault.tooMany",
  [FieldErrorCode.NOT_MULTIPLE]: "fault.notMultiple",
  [FieldErrorCode.INVALID_TEXT]: "fault.invalidText",
  [FieldErrorCode.MORE_FAULTS]: "fault.moreFaults",
  [FieldErrorCode.SKIPPED_TIME]: "fault.skippedTime",
} satisfies { [Code in FieldErrorCode]?: string };

/** Faults that quote numbers and dates, which the reader has their own way to write. */
const quoting: ReadonlySet<FieldErrorCode> = new Set([
  FieldErrorCode.TOO_SMALL,
  FieldErrorCode.TOO_LARGE,
  FieldErrorCode.TOO_EARLY,
  FieldErrorCode.TOO_LATE,
  FieldErrorCode.SKIPPED_TIME,
]);

/** Faults whose figures are days and times. */
const civil: ReadonlySet<FieldErrorCode> = new Set([
  FieldErrorCode.TOO_EARLY,
  FieldErrorCode.TOO_LATE,
  FieldErrorCode.SKIPPED_TIME,
]);

type Say = (key: string, named: Record<string, string>, count: number) => string;

/** A fault of an answer in the reader's language. What a program says itself, or what is newer than the dashboard, stays as it was said. */
export function faultWords(error: FieldError, language: string, reader: Reader, say: Say): string {
  const key = keyOf(error.code);
  // What lies deeper, such as in a row, says where.
  if (!key || error.path !== "" || (language === "en" && !quoting.has(error.code))) return error.text;
  const params = Object.entries(error.params).map(([name, value]) => [name, fromValue(value)] as const);
  if (quoting.has(error.code) && params.length === 0) return error.text;
  const named = params.map(([name, value]) => [name, figure(error.code, value, reader)] as const);
  const count = params.find(([name]) => name === "min" || name === "max" || name === "decimals")?.[1];
  return say(key, Object.fromEntries(named), typeof count === "number" ? count : 1);
}

function keyOf(code: FieldErrorCode): string | undefined {
  return Object.entries(words).find(([known]) => Number(known) === code)?.[1];
}

function figure(code: FieldErrorCode, value: unknown, reader: Reader): string {
  if (typeof value === "number") {
    return code === FieldErrorCode.FILE_TOO_LARGE ? formatBytes(value, reader) : formatNumber(value, reader);
  }
  if (Array.isArray(value)) return value.join(", ");
  return civil.has(code) ? formatCivil(String(value), reader) : String(value);
}
