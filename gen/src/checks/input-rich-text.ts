import { FieldErrorCode } from "../../ts/interval/io/v1/field_error_pb.ts";
import { entryOf } from "../entries.ts";
import { isRichTextAttribute, richTextElement } from "../rich-text.ts";
import { hasNul, missing } from "./faults.ts";
import type { Check } from "./registry.ts";

/** Formatted text: only what the grammar allows; what it does not parse is a fault, never mended in silence. */
export const checkInputRichText: Check<"inputRichText"> = (_props, { html }, { optional }) => {
  const wrong = faultOf(html);
  if (wrong)
    return [
      {
        code: FieldErrorCode.INVALID_HTML,
        text: `This holds markup that is not allowed: ${wrong}.`,
        params: { actual: wrong },
      },
    ];
  return optional || !isBlankHtml(html) ? [] : [missing];
};

/** Whether formatted text shows nothing: no letter and no picture. */
export function isBlankHtml(html: string): boolean {
  return !/<img\b/.test(html) && html.replace(/<[^<>]*>|&nbsp;/g, "").trim() === "";
}

const token = /([^<]+)|<\/([a-z][a-z0-9]*)\s*>|<([a-z][a-z0-9]*)((?:\s+[a-z-]+="[^"<>]*")*)\s*\/?>/gy;

/** What the grammar does not allow, in a few words; `undefined` when all is well. */
function faultOf(html: string): string | undefined {
  if (hasNul(html)) return "U+0000";
  const open: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < html.length) {
    const at = token.lastIndex;
    const match = token.exec(html);
    if (!match) return `"${html.slice(at, at + 20)}"`;
    const [, , closing, opening, given = ""] = match;
    if (closing !== undefined && open.pop() !== closing) return `</${closing}> without its beginning`;
    if (opening === undefined) continue;
    const element = richTextElement(opening);
    if (!element) return `<${opening}>`;
    for (const [, name = "", value = ""] of given.matchAll(/([a-z-]+)="([^"]*)"/g)) {
      if (!isRichTextAttribute(opening, name, decode(value))) return `${name} of <${opening}>`;
    }
    if (element === "paired") open.push(opening);
  }
  const unclosed = open.pop();
  return unclosed && `<${unclosed}> without its end`;
}

/** An address may hide its scheme behind character references. */
function decode(value: string): string {
  const named: Record<string, string> = {
    amp: "&",
    quot: '"',
    apos: "'",
    lt: "<",
    gt: ">",
    colon: ":",
    tab: "",
    newline: "",
  };
  const text = value.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));?/gi, (all, hex, decimal, name) => {
    if (name) return entryOf(named, String(name).toLowerCase()) ?? all;
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "";
  });
  return Array.from(text, (character) => (character.charCodeAt(0) <= 0x20 ? " " : character))
    .join("")
    .trim();
}
