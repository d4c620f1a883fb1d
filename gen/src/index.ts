// The protocol package: every generated message, and the companion that gives the messages meaning.

export * from "../ts/index.ts";
export { checkAnswer, checkKeys, checkValue, isInputKind } from "./checks/check.ts";
export { currencyDecimals } from "./checks/currency.ts";
export { defaultValue } from "./checks/defaults.ts";
export { byteCount, type Fault, fieldError, type KeyedFault } from "./checks/faults.ts";
export { checkFetch } from "./checks/fetch.ts";
export { decimalsOf } from "./checks/input-number.ts";
export { isBlankHtml } from "./checks/input-rich-text.ts";
export { checkMessage } from "./checks/message.ts";
export { checkProfile, languages } from "./checks/profile.ts";
export * from "./decode.ts";
export { entryOf } from "./entries.ts";
export { formatMoment, formatValue, type Reader } from "./format.ts";
export * from "./formula.ts";
export * from "./keys.ts";
export * from "./kinds.ts";
export * from "./limits.ts";
export * from "./reflect.ts";
export * from "./rich-text.ts";
export * from "./run/answers-before.ts";
export * from "./run/filter.ts";
export * from "./run/handover.ts";
export * from "./run/host-frame.ts";
export * from "./run/line-mark.ts";
export { lineHead, listedRun } from "./run/listed.ts";
export * from "./run/reduce.ts";
export { foldText, searchText, searchWords } from "./run/search.ts";
export * from "./run/status.ts";
export * from "./stored.ts";
export * from "./stream/backoff.ts";
export * from "./stream/count-within.ts";
export * from "./stream/queue.ts";
export {
  answerAsWritten,
  answerAt,
  daysIn,
  millisecondsOf,
  momentOfAnswer,
  repeatedTime,
  type StartAndBounds,
  zoneOfAnswer,
} from "./time/answers.ts";
export { dateText, datetimeText, isDate, isTime, timeText } from "./time/civil.ts";
export { type IsoParts, readIso } from "./time/iso.ts";
export { civilAt, isTimeZone, zoneOrUtc } from "./time/zones.ts";
export * from "./value.ts";
