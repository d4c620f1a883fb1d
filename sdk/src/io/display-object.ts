import { create } from "@bufbuild/protobuf";
import { DisplayObjectSchema, type LeftOut, toValue } from "@interval/proto";
import type { Build } from "./method.ts";
import type { DisplayProps } from "./props.ts";

export interface ObjectProps extends DisplayProps {
  /** Any value. Dates, Maps, Sets, bigints and undefined keep their types. */
  data: unknown;
}

export const displayObject: Build<ObjectProps, "displayObject", null> = (read, props) => {
  const leftOut: LeftOut[] = [];
  const value = create(DisplayObjectSchema, { data: toValue(props?.data, leftOut) });
  for (const { path, reason } of leftOut) read.warnings.push(`${read.method}: "data/${path}" is left out: ${reason}.`);
  return { kind: { case: "displayObject", value } };
};
