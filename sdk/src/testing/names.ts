// Enums of the protocol as strings. They are derived, so that they grow with the schema.
import { CallStatus, FieldErrorCode, LogLevel, RunStatus } from "@interval/proto";

type NameOf<Enum> = Lowercase<keyof Enum & string>;

/** Where a run stands, such as "awaiting_input". */
export type TestRunStatus = NameOf<typeof RunStatus>;

/** Where a call stands: "shown", "open", "submitted" (being judged), "accepted" or "withdrawn". */
export type TestCallStatus = NameOf<typeof CallStatus>;

/** What is wrong with a value, such as "too_short"; "rejected" is the word of a validator. */
export type RefusalCode = NameOf<typeof FieldErrorCode>;

export const runStatusName = (status: RunStatus) => nameOf(RunStatus, status);
export const callStatusName = (status: CallStatus) => nameOf(CallStatus, status);
export const refusalCodeName = (code: FieldErrorCode) => nameOf(FieldErrorCode, code);
export const logLevelName = (level: LogLevel) => nameOf(LogLevel, level);

/** A name that this package does not know yet is "unspecified", as everywhere. */
function nameOf<Enum extends Record<string, string | number>>(names: Enum, value: number): NameOf<Enum> {
  const name = names[value] ?? names[0];
  // An enum leads from numbers to its own names.
  return String(name).toLowerCase() as NameOf<Enum>;
}
