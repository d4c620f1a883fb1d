import { create } from "@bufbuild/protobuf";
import { InputTimeSchema } from "@interval/proto";
import { readTimes, type TimeObject } from "./civil.ts";
import { enterTime } from "./civil-entry.ts";
import { type Build, reading, taken } from "./method.ts";
import type { CommonProps } from "./props.ts";

export interface TimeProps extends CommonProps {
  /** The time that the field starts with. A Date, here and in the bounds, is read by its local getters. */
  defaultValue?: TimeObject | Date | null;
  /** The earliest time allowed. */
  min?: TimeObject | Date;
  /** The latest time allowed. */
  max?: TimeObject | Date;
}

export const inputTime: Build<TimeProps, "inputTime", TimeObject> = (read) => ({
  kind: { case: "inputTime", value: create(InputTimeSchema, readTimes(read)) },
  read: reading("inputTime", ({ time }) => {
    const { hour = 0, minute = 0 } = time ?? {};
    return taken({ hour, minute });
  }),
  enter: (given, entry) => ({ case: "inputTime", value: { time: enterTime(given, entry) } }),
});
