import { FieldErrorCode } from "../../ts/interval/io/v1/field_error_pb.ts";
import { missing } from "./faults.ts";
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
  return !/<img\b/.test(html) && html.replace(/<[^>]*>|&nbsp;/g, "").trim() === "";
}

/** Whether the grammar has an element, and whether it has an end. */
export function richTextElement(name: string): "paired" | "empty" | undefined {
  if (!elements.has(name)) return undefined;
  return empty.has(name) ? "empty" : "paired";
}

/** Whether the grammar has an attribute with this value, character references resolved. */
export function isRichTextAttribute(element: string, name: string, value: string): boolean {
  const rules = Object.hasOwn(attributes, element) ? attributes[element] : undefined;
  const rule = rules && Object.hasOwn(rules, name) ? rules[name] : undefined;
  return rule?.test(value) ?? false;
}

const elements = new Set(
  "h1 h2 h3 h4 h5 h6 p br hr ul ol li blockquote pre code table caption colgroup col thead tbody tfoot tr th td a img strong b em i u s del sub sup mark".split(
    " ",
  ),
);
const empty = new Set(["br", "hr", "img", "col"]);
const link = /^(https?:|mailto:)/i;
const picture = /^(https:|data:image\/(png|jpeg|gif|webp);base64,)/i;

/** The attributes of each element, and what they may hold. */
const attributes: Record<string, Record<string, RegExp>> = {
  a: { href: link, title: /.*/s, target: /^_blank$/, rel: /^[a-z ]*$/ },
  img: { src: picture, alt: /.*/s, title: /.*/s, width: /^\d+$/, height: /^\d+$/ },
  th: { colspan: /^\d+$/, rowspan: /^\d+$/ },
  td: { colspan: /^\d+$/, rowspan: /^\d+$/ },
  ol: { start: /^\d+$/ },
};

const token = /([^<]+)|<\/([a-z][a-z0-9]*)\s*>|<([a-z][a-z0-9]*)((?:\s+[a-z-]+="[^"<>]*")*)\s*\/?>/gy;

/** What the grammar does not allow, in a few words; `undefined` when all is well. */
function faultOf(html: string): string | undefined {
  const open: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < html.length) {
    const at = token.lastIndex;
    const match = token.exec(html);
    if (!match) return `"${html.slice(at, at + 20)}"`;
    const [, , closing, opening, given = ""] = match;
    if (closing !== undefined && open.pop() !== closing) return `</${closing}> without its beginning`;
    if (opening === undefined) continue;
    if (!elements.has(opening)) return `<${opening}>`;
    for (const [, name = "", value = ""] of given.matchAll(/([a-z-]+)="([^"]*)"/g)) {
      if (!isRichTextAttribute(opening, name, decode(value))) return `${name} of <${opening}>`;
    }
    if (!empty.has(opening)) open.push(opening);
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
    if (name) return named[String(name).toLowerCase()] ?? all;
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "";
  });
  return Array.from(text, (character) => (character.charCodeAt(0) <= 0x20 ? " " : character))
    .join("")
    .trim();
}
