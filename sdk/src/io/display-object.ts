import { create } from "@bufbuild/protobuf";
import { DisplayObjectSchema } from "@interval/proto";
import { Eventuals, type EventualValue } from "./eventual.ts";
import type { Build } from "./method.ts";
import type { DisplayProps } from "./props.ts";

export interface ObjectProps extends DisplayProps {
  /** Any value; it may be on its way. Dates, Maps, Sets, bigints and undefined keep their types. */
  data: EventualValue<unknown>;
}

export const displayObject: Build<ObjectProps, "displayObject", null> = (read, props) => {
  const value = create(DisplayObjectSchema);
  const eventuals = new Eventuals();
  eventuals.into<unknown>(value, props?.data, (data) => {
    value.data = read.pack(data, "data");
  });
  return { kind: { case: "displayObject", value }, later: eventuals.later };
};
