import { create } from "@bufbuild/protobuf";
import { checkValue, defaultValue, InputRichTextSchema, IoComponentSchema, isBlankHtml } from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import { type Build, reading, taken } from "./method.ts";
import type { CommonProps } from "./props.ts";

export interface RichTextProps extends CommonProps {
  placeholder?: string;
  /**
   * The HTML that the field starts with: headings, paragraphs, lists, quotes, code, tables, links, images and inline marks, without
   * class, style or id.
   */
  defaultValue?: string | null;
}

export const inputRichText: Build<RichTextProps, "inputRichText", string> = (read) => {
  const value = create(InputRichTextSchema, {
    placeholder: read.string("placeholder"),
    defaultValue: read.string("defaultValue"),
  });
  const kind = { case: "inputRichText" as const, value };
  const component = create(IoComponentSchema, { kind, optional: true });
  const start = defaultValue(component);
  const [fault] = start ? checkValue(component, start) : [];
  if (fault) throw new HostMisuseError(`${read.method}: "defaultValue" is no HTML that can be edited. ${fault.text}`);
  return {
    kind,
    read: reading("inputRichText", ({ html }) => taken(html)),
    enter: (given, entry) => ({ case: "inputRichText", value: { html: entry.string(given) } }),
    isBlank: (value) => value.kind.case === "inputRichText" && isBlankHtml(value.kind.value.html),
  };
};
