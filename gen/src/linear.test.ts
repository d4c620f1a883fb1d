// Whatever reads foreign text takes time in proportion to it.
import { create } from "@bufbuild/protobuf";
import { describe, it } from "vitest";
import { IoComponentSchema, IoValueSchema } from "../ts/interval/io/v1/io_component_pb.ts";
import { checkValue } from "./checks/check.ts";
import { isBlankHtml } from "./checks/input-rich-text.ts";
import { formatValue } from "./format.ts";
import { withoutFormula } from "./formula.ts";
import { escapeKey, unescapeKey } from "./keys.ts";
import { expectLinear, pumps } from "./linear.test-util.ts";
import { foldText, searchWords } from "./run/search.ts";
import { isTimeZone } from "./time/zones.ts";
import { toValue } from "./value.ts";

const check = (kind: "inputText" | "inputEmail" | "inputUrl" | "inputRichText", field: string, props = {}) => {
  const component = create(IoComponentSchema, { kind: { case: kind, value: props } as never });
  return (text: string) =>
    checkValue(component, create(IoValueSchema, { kind: { case: kind, value: { [field]: text } } as never }));
};
const readers: Record<string, (text: string) => unknown> = {
  "a text": check("inputText", "text", { minLength: 1, maxLength: 10 }),
  "an e-mail address": check("inputEmail", "email"),
  "an address": check("inputUrl", "url"),
  "formatted text": check("inputRichText", "html"),
  "the schemes of an address": (text) => check("inputUrl", "url", { allowedProtocols: [text] })("https://a"),
  "whether formatted text is blank": isBlankHtml,
  "a time zone": isTimeZone,
  "a formula": withoutFormula,
  "a key": (text) => unescapeKey(escapeKey(text)),
  "a search": (text) => searchWords(foldText(text)),
  "a value": (text) => formatValue(toValue([text])),
};

describe.each(Object.entries(readers))("reading %s", (_name, read) => {
  it.each(pumps)("of $name", ({ pump }) => expectLinear(read, pump));
});
