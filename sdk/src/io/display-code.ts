import { create } from "@bufbuild/protobuf";
import { DisplayCodeSchema } from "@interval/proto";
import { Eventuals, type EventualValue } from "./eventual.ts";
import type { Build } from "./method.ts";
import type { DisplayProps } from "./props.ts";

export interface CodeProps extends DisplayProps {
  /** The text; it may be on its way. */
  code: EventualValue<string>;
  /** The language that colours it, by name or file extension, such as "typescript" or "ts". An unknown one is plain text. */
  language?: string;
}

export const displayCode: Build<CodeProps, "displayCode", null> = (read) => {
  const value = create(DisplayCodeSchema, { language: read.string("language") });
  const eventuals = new Eventuals();
  eventuals.into<unknown>(value, read.raw("code"), (code) => {
    if (typeof code !== "string") throw read.wrong("code", "a string", code);
    value.code = code;
  });
  return { kind: { case: "displayCode", value }, later: eventuals.later };
};
