import { isRichTextAttribute, richText } from "@interval/proto";
import DOMPurify from "dompurify";

const purifier = DOMPurify();
const attributes = Object.values(richText.attributes).flatMap((known) => Object.keys(known));
const allowed = {
  ALLOWED_TAGS: [...richText.elements, "#text"],
  ALLOWED_ATTR: [...new Set(attributes), "align"],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
};

purifier.addHook("uponSanitizeAttribute", (node, data) => {
  const element = node.nodeName.toLowerCase();
  const aligns = data.attrName === "align" && /^t[hd]$/.test(element) && /^(left|center|right)$/.test(data.attrValue);
  data.keepAttr = aligns || isRichTextAttribute(element, data.attrName, data.attrValue);
});

purifier.addHook("afterSanitizeAttributes", (node) => {
  if (node.nodeName === "A" && node.hasAttribute("href")) {
    node.setAttribute("target", "_blank");
    node.setAttribute("rel", "noopener noreferrer");
  }
  if (node.nodeName === "IMG") {
    node.setAttribute("loading", "lazy");
    node.setAttribute("referrerpolicy", "no-referrer");
    if (!node.hasAttribute("alt")) node.setAttribute("alt", "");
  }
});

/**
 * HTML with nothing left but the grammar of formatted text and the alignment of cells: no styles, classes, ids, handlers, forms or frames. Links open in a tab of
 * their own, pictures tell nobody where they are shown.
 */
export function sanitizeHtml(html: string): string {
  return purifier.sanitize(withoutBreaches(html), allowed);
}

/** The browser reports every style and handler that it parses as a breach of the page's policy, also those that are cut out right after. */
function withoutBreaches(html: string): string {
  return html
    .replaceAll(/<[a-z][^<>]*>/gi, (tag) => tag.replaceAll(/([\s"'/])(style|on[a-z]+)(\s*=)/gi, "$1data-$2$3"))
    .replaceAll(/<(\/?)style\b/gi, "<$1template");
}
