import { create } from "@bufbuild/protobuf";
import { InputBooleanSchema } from "@interval/proto";
import { type Build, reading, taken } from "./method.ts";
import type { CommonProps } from "./props.ts";

export interface BooleanProps extends CommonProps {
  /** Whether the box starts ticked. */
  defaultValue?: boolean | null;
}

export const inputBoolean: Build<BooleanProps, "inputBoolean", boolean> = (read) => ({
  kind: {
    case: "inputBoolean",
    value: create(InputBooleanSchema, { defaultValue: read.boolean("defaultValue") }),
  },
  read: reading("inputBoolean", ({ checked }) => taken(checked)),
  enter: (given, entry) => ({ case: "inputBoolean", value: { checked: entry.boolean(given) } }),
  empty: false,
  neverMissing: true,
});
