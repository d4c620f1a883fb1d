import { create } from "@bufbuild/protobuf";
import { dateText, InputDateSchema } from "@interval/proto";
import { type DateObject, readDates } from "./civil.ts";
import { enterDate } from "./civil-entry.ts";
import { startOfDay } from "./instant.ts";
import { type Build, reading, taken } from "./method.ts";
import type { CommonProps } from "./props.ts";

export interface DateProps extends CommonProps {
  /**
   * The day that the field starts with: fields, or a text such as "2026-11-24". A Date, here and in the bounds, that is midnight in UTC or on this
   * machine means that day, and any other one its day in the operator's zone.
   */
  defaultValue?: DateObject | Date | string | null;
  /** The first day allowed. */
  min?: DateObject | Date | string;
  /** The last day allowed. */
  max?: DateObject | Date | string;
}

/** A day that was chosen. */
export interface DateValue extends DateObject {
  /** The day as a text to store, such as "2026-11-24". */
  isoDate: string;
  /** The first moment of that day on this machine, mostly midnight, so that its local getters say the day. */
  jsDate: Date;
}

export const inputDate: Build<DateProps, "inputDate", DateValue> = (read) => ({
  kind: { case: "inputDate", value: create(InputDateSchema, readDates(read)) },
  read: reading("inputDate", ({ date }) => taken(dateValue(date ?? { year: 0, month: 0, day: 0 }))),
  enter: (given, entry) => ({ case: "inputDate", value: enterDate(given, entry) }),
});

/** A day for the program. */
export function dateValue({ year, month, day }: DateObject): DateValue {
  const fields = { year, month, day };
  return { ...fields, isoDate: dateText(fields), jsDate: startOfDay(fields) };
}
