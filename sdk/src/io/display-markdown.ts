import { create } from "@bufbuild/protobuf";
import { DisplayMarkdownSchema } from "@interval/proto";
import type { Build } from "./method.ts";
import type { DisplayProps } from "./props.ts";

export const displayMarkdown: Build<DisplayProps, "displayMarkdown", null> = () => ({
  kind: { case: "displayMarkdown", value: create(DisplayMarkdownSchema) },
});
