import { create } from "@bufbuild/protobuf";
import { checkValue, defaultValue, InputSliderSchema, IoComponentSchema } from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import { type Build, reading, taken } from "./method.ts";
import type { CommonProps, PropReader } from "./props.ts";

export interface SliderProps extends CommonProps {
  /** The least number. */
  min: number;
  /** The greatest number. */
  max: number;
  /** The distance between two neighbouring numbers, counted from `min`; 1 by default. */
  step?: number;
  /** Where the slider starts; `min` by default. */
  defaultValue?: number | null;
}

export const inputSlider: Build<SliderProps, "inputSlider", number> = (read) => {
  const [min, max] = [required(read, "min"), required(read, "max")];
  if (min >= max) throw new HostMisuseError(`${read.method}: "min" (${min}) must be less than "max" (${max}).`);
  const step = read.number("step");
  if (step !== undefined && step <= 0) throw read.wrong("step", "a number greater than 0");
  const value = create(InputSliderSchema, { defaultValue: read.number("defaultValue"), min, max, step });
  const kind = { case: "inputSlider" as const, value };
  const component = create(IoComponentSchema, { kind });
  const [fault] = checkValue(component, defaultValue(component));
  if (fault) {
    read.warnings.push(`${read.method}: "defaultValue" is ${value.defaultValue}, so it starts at "min". ${fault.text}`);
    value.defaultValue = undefined;
  }
  return {
    kind,
    read: reading("inputSlider", ({ number }) => taken(number + 0)), // minus zero is zero
    enter: (given, entry) => ({ case: "inputSlider", value: { number: entry.number(given) } }),
  };
};

function required(read: PropReader, name: string): number {
  const number = read.number(name);
  if (number === undefined) throw read.wrong(name, "a finite number");
  return number;
}
