import { create } from "@bufbuild/protobuf";
import { InputTimeSchema, timeText } from "@interval/proto";
import { readTimes, type TimeObject } from "./civil.ts";
import { enterTime } from "./civil-entry.ts";
import { type Build, reading, taken } from "./method.ts";
import type { CommonProps } from "./props.ts";

export interface TimeProps extends CommonProps {
  /**
   * The time that the field starts with: fields, or a text such as "14:30". A Date, here and in the bounds, means what the operator's clock shows
   * at that moment.
   */
  defaultValue?: TimeObject | Date | string | null;
  /** The earliest time allowed. */
  min?: TimeObject | Date | string;
  /** The latest time allowed. */
  max?: TimeObject | Date | string;
}

/** A time that was chosen. */
export interface TimeValue extends TimeObject {
  /** The time as a text to store, such as "14:30". */
  isoTime: string;
}

export const inputTime: Build<TimeProps, "inputTime", TimeValue> = (read) => ({
  kind: { case: "inputTime", value: create(InputTimeSchema, readTimes(read)) },
  read: reading("inputTime", ({ time }) => {
    const { hour = 0, minute = 0 } = time ?? {};
    return taken({ hour, minute, isoTime: timeText({ hour, minute }) });
  }),
  enter: (given, entry) => ({ case: "inputTime", value: enterTime(given, entry) }),
});
