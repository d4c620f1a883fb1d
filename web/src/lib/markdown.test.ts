import { describe, expect, it } from "vitest";
import { renderInlineMarkdown, renderMarkdown } from "./markdown.ts";

const words = { open: "To do", done: 'Done "at last"' };
const render = (text: string) => new DOMParser().parseFromString(renderMarkdown(text, words), "text/html").body;

describe("markdown", () => {
  it("has tasks as boxes that say what they are", () => {
    const body = render("- [x] Pay\n- [ ] Ship\n- [link](https://example.com)\n\n1. [X] Loose\n\n2. item");
    const boxes = [...body.querySelectorAll("input")];
    expect(boxes.map((box) => [box.disabled, box.checked, box.getAttribute("aria-label")])).toEqual([
      [true, true, words.done],
      [true, false, words.open],
      [true, true, words.done],
    ]);
    expect([...body.querySelectorAll("li")].map((item) => item.textContent?.trim())).toEqual([
      "Pay",
      "Ship",
      "link",
      "Loose",
      "item",
    ]);
  });

  it("cannot be made to show a box elsewhere", () => {
    expect(render("\u{f8f1} [x] no task, <input> neither").querySelector("input")).toBeNull();
    expect(renderInlineMarkdown("[x] no task")).toBe("[x] no task");
  });

  it("sets columns by an attribute, without styles", () => {
    const html = renderMarkdown("| a | b | c |\n| --- | ---: | :-: |\n| 1 | 2 | 3 |", words);
    const row = (cell: string) => [`<${cell}>`, `<${cell} align="right">`, `<${cell} align="center">`];
    expect(html.match(/<t[hd]\b[^>]*>/g)).toEqual([...row("th"), ...row("td")]);
  });
});
