import { create } from "@bufbuild/protobuf";
import { dateText, InputDatetimeSchema, momentOfAnswer, timeText, zoneOfAnswer } from "@interval/proto";
import { type DatetimeObject, readDatetimes } from "./civil.ts";
import { enterDatetime } from "./civil-entry.ts";
import { type Build, reading, taken } from "./method.ts";
import type { CommonProps } from "./props.ts";

export interface DatetimeProps extends CommonProps {
  /**
   * What the field starts with: fields or a text such as "2026-11-24T14:30" as they stand on the operator's clock; a Date, a text with an offset or
   * an earlier answer is a moment, which the operator's clock shows.
   */
  defaultValue?: DatetimeObject | Date | string | null;
  /** The first day and time allowed, or the first moment. */
  min?: DatetimeObject | Date | string;
  /** The last day and time allowed, or the last moment. */
  max?: DatetimeObject | Date | string;
}

/** A day and a time that were chosen, as they stood on the operator's clock. */
export interface DatetimeValue extends DatetimeObject {
  /** The day as a text, such as "2026-11-24". */
  isoDate: string;
  /** The time as a text, such as "14:30". */
  isoTime: string;
  /** The operator's IANA time zone, such as "Europe/Berlin". Where this machine does not know it, the offset of its clock, such as "+02:00". */
  timeZone: string;
  /** The moment that was meant, at which the operator's clock shows the fields: the first one where it does so twice. */
  instant: Date;
  /** The same as `instant`. */
  jsDate: Date;
}

export const inputDatetime: Build<DatetimeProps, "inputDatetime", DatetimeValue> = (read) => ({
  kind: { case: "inputDatetime", value: create(InputDatetimeSchema, readDatetimes(read)) },
  read: reading("inputDatetime", (answer) => {
    const { year = 0, month = 0, day = 0 } = answer.datetime?.date ?? {};
    const { hour = 0, minute = 0 } = answer.datetime?.time ?? {};
    const moment = momentOfAnswer(answer);
    return taken({
      year,
      month,
      day,
      hour,
      minute,
      isoDate: dateText({ year, month, day }),
      isoTime: timeText({ hour, minute }),
      timeZone: zoneOfAnswer(answer),
      instant: new Date(moment),
      jsDate: new Date(moment),
    });
  }),
  enter: (given, entry) => ({ case: "inputDatetime", value: enterDatetime(given, entry) }),
});
