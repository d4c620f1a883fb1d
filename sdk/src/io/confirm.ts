import { create } from "@bufbuild/protobuf";
import { ConfirmSchema } from "@interval/proto";
import { type Build, reading, taken } from "./method.ts";
import type { CommonProps } from "./props.ts";

export type ConfirmProps = Pick<CommonProps, "helpText" | "key">;

export const confirm: Build<ConfirmProps, "confirm", boolean> = () => ({
  kind: { case: "confirm", value: create(ConfirmSchema) },
  read: reading("confirm", ({ confirmed }) => taken(confirmed)),
  enter: (given, entry) => ({ case: "confirm", value: { confirmed: entry.boolean(given) } }),
  empty: false,
  neverMissing: true,
});
