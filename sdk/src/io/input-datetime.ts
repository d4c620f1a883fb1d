import { create } from "@bufbuild/protobuf";
import { InputDatetimeSchema } from "@interval/proto";
import { type DatetimeObject, readDatetimes } from "./civil.ts";
import { enterDatetime } from "./civil-entry.ts";
import { instantIn, localDate } from "./instant.ts";
import { type Build, reading, taken } from "./method.ts";
import type { CommonProps } from "./props.ts";

export interface DatetimeProps extends CommonProps {
  /** What the field starts with. A Date, here and in the bounds, is read by its local getters. */
  defaultValue?: DatetimeObject | Date | null;
  /** The first day and time allowed. */
  min?: DatetimeObject | Date;
  /** The last day and time allowed. */
  max?: DatetimeObject | Date;
}

/** A day and a time that were chosen, as they stood on the operator's clock. */
export interface DatetimeValue extends DatetimeObject {
  /** The same fields on this machine's clock. Where the machine is in another zone than the operator it is another moment. */
  jsDate: Date;
  /** The operator's IANA time zone, such as "Europe/Berlin". */
  timeZone: string;
  /** The moment at which the operator's clock shows the fields: the first one where it does so twice. */
  instant: Date;
}

export const inputDatetime: Build<DatetimeProps, "inputDatetime", DatetimeValue> = (read) => ({
  kind: { case: "inputDatetime", value: create(InputDatetimeSchema, readDatetimes(read)) },
  read: reading("inputDatetime", ({ datetime, timeZone: given }) => {
    const { year = 0, month = 0, day = 0 } = datetime?.date ?? {};
    const { hour = 0, minute = 0 } = datetime?.time ?? {};
    const fields = { year, month, day, hour, minute };
    const timeZone = given || new Intl.DateTimeFormat().resolvedOptions().timeZone;
    return taken({ ...fields, jsDate: localDate(fields), timeZone, instant: instantIn(timeZone, fields) });
  }),
  enter: (given, entry) => {
    const { year, month, day, hour, minute, timeZone } = enterDatetime(given, entry);
    const datetime = { date: { year, month, day }, time: { hour, minute } };
    return { case: "inputDatetime", value: { datetime, timeZone } };
  },
});
