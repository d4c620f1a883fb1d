import { isRichTextAttribute, richTextElement } from "@interval/proto";

/**
 * Writes HTML within the grammar of formatted text: elements that it does not have give their content, attributes that it does not have
 * fall away, and what is left is escaped as the grammar reads it.
 */
export function toGrammar(html: string): string {
  return inner(new DOMParser().parseFromString(html, "text/html").body);
}

function inner(node: Node): string {
  return Array.from(node.childNodes, write).join("");
}

function write(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return escapeText(node.textContent ?? "");
  if (!(node instanceof Element)) return "";
  const name = node.localName;
  if (name === "script" || name === "style") return "";
  const kind = richTextElement(name);
  if (!kind || (name === "img" && !isRichTextAttribute("img", "src", node.getAttribute("src") ?? "")))
    return inner(node);
  const attributes = Array.from(node.attributes, ({ name: attribute, value }) =>
    isRichTextAttribute(name, attribute, value) ? ` ${attribute}="${escapeText(value).replaceAll('"', "&quot;")}"` : "",
  ).join("");
  return kind === "empty" ? `<${name}${attributes}>` : `<${name}${attributes}>${inner(node)}</${name}>`;
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\u00a0", "&nbsp;");
}
