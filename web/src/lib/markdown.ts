import MarkdownIt from "markdown-it";
import { sanitizeHtml } from "./sanitize.ts";

const markdown = new MarkdownIt({ html: false, linkify: true, breaks: false });

/** GitHub-flavoured markdown as safe HTML. */
export function renderMarkdown(text: string): string {
  return sanitizeHtml(markdown.render(text));
}

/** Marks, code and links within one line, as safe HTML. */
export function renderInlineMarkdown(text: string): string {
  return sanitizeHtml(markdown.renderInline(text));
}
