import { create } from "@bufbuild/protobuf";
import { InputDateSchema } from "@interval/proto";
import { type DateObject, readDates } from "./civil.ts";
import { enterDate } from "./civil-entry.ts";
import { localDate } from "./instant.ts";
import { type Build, reading, taken } from "./method.ts";
import type { CommonProps } from "./props.ts";

export interface DateProps extends CommonProps {
  /** The day that the field starts with. A Date, here and in the bounds, is read by its local getters. */
  defaultValue?: DateObject | Date | null;
  /** The first day allowed. */
  min?: DateObject | Date;
  /** The last day allowed. */
  max?: DateObject | Date;
}

/** A day that was chosen. */
export interface DateValue extends DateObject {
  /** Midnight of that day on this machine. */
  jsDate: Date;
}

export const inputDate: Build<DateProps, "inputDate", DateValue> = (read) => ({
  kind: { case: "inputDate", value: create(InputDateSchema, readDates(read)) },
  read: reading("inputDate", ({ date }) => taken(dateValue(date ?? { year: 0, month: 0, day: 0 }))),
  enter: (given, entry) => ({ case: "inputDate", value: { date: enterDate(given, entry) } }),
});

/** A day for the program. */
export function dateValue({ year, month, day }: DateObject): DateValue {
  return { year, month, day, jsDate: localDate({ year, month, day }) };
}
