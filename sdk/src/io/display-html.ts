import { create } from "@bufbuild/protobuf";
import { DisplayHtmlSchema } from "@interval/proto";
import { Eventuals, type EventualValue } from "./eventual.ts";
import type { Build } from "./method.ts";
import type { DisplayProps } from "./props.ts";

export interface HtmlProps extends DisplayProps {
  /**
   * The markup; it may be on its way. Headings, paragraphs, lists, quotes, code, tables, links, images and marks are shown. Styles, classes,
   * scripts, forms and frames are left out.
   */
  html: EventualValue<string>;
}

export const displayHtml: Build<HtmlProps, "displayHtml", null> = (read) => {
  const value = create(DisplayHtmlSchema);
  const eventuals = new Eventuals();
  eventuals.into<unknown>(value, read.raw("html"), (html) => {
    if (typeof html !== "string") throw read.wrong("html", "a string", html);
    value.html = html;
  });
  return { kind: { case: "displayHtml", value }, later: eventuals.later };
};
