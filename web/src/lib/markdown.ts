import DOMPurify from "dompurify";
import MarkdownIt from "markdown-it";

const markdown = new MarkdownIt({ html: false, linkify: true, breaks: false });
const purifier = DOMPurify();
const allowed = {
  FORBID_TAGS: ["style", "form", "input"],
  FORBID_ATTR: ["style", "class", "id"],
  ADD_ATTR: ["target"],
};

purifier.addHook("afterSanitizeAttributes", (node) => {
  if (node.tagName !== "A") return;
  node.setAttribute("target", "_blank");
  node.setAttribute("rel", "noopener noreferrer");
});

/** GitHub-flavoured markdown as safe HTML: no styles, no forms, links in a tab of their own. */
export function renderMarkdown(text: string): string {
  return purifier.sanitize(markdown.render(text), allowed);
}

/** Marks, code and links within one line, as safe HTML. */
export function renderInlineMarkdown(text: string): string {
  return purifier.sanitize(markdown.renderInline(text), allowed);
}
