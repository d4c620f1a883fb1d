import MarkdownIt from "markdown-it";
import { sanitizeHtml } from "./sanitize.ts";

const markdown = new MarkdownIt({ html: false, linkify: true, breaks: false });

/** Stands for a task's box until the text is safe. Of no use in texts, so that none can hold it. */
const marks = { open: "\u{f8f0}", done: "\u{f8f1}" } as const;
const anyMark = /[\u{f8f0}\u{f8f1}]/gu;

// A list item that begins with "[ ]" or "[x]" is a task.
markdown.core.ruler.after("inline", "tasks", ({ tokens }) => {
  for (const [at, token] of tokens.entries()) {
    const first =
      token.type === "inline" && tokens[at - 2]?.type === "list_item_open" ? token.children?.[0] : undefined;
    const [box, sign] = /^\[([ xX])\] /.exec(first?.content ?? "") ?? [];
    if (first && box) first.content = (sign === " " ? marks.open : marks.done) + first.content.slice(box.length);
  }
});

// How a column is set is an attribute: the page's policy allows no styles.
for (const rule of ["th_open", "td_open"]) {
  markdown.renderer.rules[rule] = (tokens, at, options, _, self) => {
    const style = tokens[at]?.attrGet("style");
    tokens[at]?.attrs?.splice(0);
    const side = /(left|center|right)$/.exec(String(style ?? ""))?.[1];
    if (side) tokens[at]?.attrSet("align", side);
    return self.renderToken(tokens, at, options);
  };
}

/** What a task's box is called for those who do not see it. */
export interface TaskWords {
  open: string;
  done: string;
}

/** GitHub-flavoured markdown as safe HTML. */
export function renderMarkdown(text: string, words: TaskWords): string {
  const box = (word: string, checked: string) =>
    `<input type="checkbox" class="tick" disabled${checked} aria-label="${markdown.utils.escapeHtml(word)}">`;
  return sanitizeHtml(markdown.render(text.replaceAll(anyMark, "")))
    .replaceAll(marks.open, box(words.open, ""))
    .replaceAll(marks.done, box(words.done, " checked"));
}

/** Marks, code and links within one line, as safe HTML. */
export function renderInlineMarkdown(text: string): string {
  return sanitizeHtml(markdown.renderInline(text));
}
