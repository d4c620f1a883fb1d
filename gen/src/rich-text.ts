/**
 * The grammar of formatted text and of HTML that programs show: what may stand in it. Everything else is a fault in an answer, and is
 * left out of what is shown.
 */
export const richText: RichTextGrammar = {
  elements: new Set(
    "h1 h2 h3 h4 h5 h6 p br hr ul ol li blockquote pre code table caption colgroup col thead tbody tfoot tr th td a img strong b em i u s del sub sup mark".split(
      " ",
    ),
  ),
  attributes: {
    a: { href: /^(https?:|mailto:)/i, title: /.*/s, target: /^_blank$/, rel: /^[a-z ]*$/ },
    img: {
      src: /^(https:|data:image\/(png|jpeg|gif|webp);base64,)/i,
      alt: /.*/s,
      title: /.*/s,
      width: /^\d+$/,
      height: /^\d+$/,
    },
    th: { colspan: /^\d+$/, rowspan: /^\d+$/ },
    td: { colspan: /^\d+$/, rowspan: /^\d+$/ },
    ol: { start: /^\d+$/ },
  },
};

/** What a text with markup may hold. */
export interface RichTextGrammar {
  /** The names of elements, in lower case. */
  elements: ReadonlySet<string>;
  /** The attributes of each element, and what they may hold. */
  attributes: Readonly<Record<string, Readonly<Record<string, RegExp>>>>;
}

const empty = new Set(["br", "hr", "img", "col"]);

/** Whether the grammar has an element, and whether it has an end. */
export function richTextElement(name: string): "paired" | "empty" | undefined {
  if (!richText.elements.has(name)) return undefined;
  return empty.has(name) ? "empty" : "paired";
}

/** Whether the grammar has an attribute with this value, character references resolved. */
export function isRichTextAttribute(element: string, name: string, value: string): boolean {
  const { attributes } = richText;
  const rules = Object.hasOwn(attributes, element) ? attributes[element] : undefined;
  const rule = rules && Object.hasOwn(rules, name) ? rules[name] : undefined;
  return rule?.test(value) ?? false;
}
