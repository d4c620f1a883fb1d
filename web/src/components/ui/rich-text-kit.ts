import { isRichTextAttribute } from "@interval/proto";
import { type AnyExtension, Mark, Node } from "@tiptap/core";
import { Placeholder } from "@tiptap/extensions";
import StarterKit from "@tiptap/starter-kit";

/** Everything that formatted text may hold: what has a button, and what is only kept when it was there already. */
export function richTextKit(placeholder: string): AnyExtension[] {
  return [
    StarterKit.configure({
      trailingNode: false,
      link: { openOnClick: false, isAllowedUri: (address) => isRichTextAttribute("a", "href", address) },
    }),
    Placeholder.configure({ placeholder }),
    Image,
    Table,
    TableRow,
    tableCell("td"),
    tableCell("th"),
    ...["sub", "sup", "mark"].map(keptMark),
  ];
}

const kept = (names: readonly string[]) =>
  Object.fromEntries(
    names.map((name) => [name, { default: null, parseHTML: (element: HTMLElement) => element.getAttribute(name) }]),
  );

const Image = Node.create({
  name: "image",
  group: "inline",
  inline: true,
  draggable: true,
  addAttributes: () => kept(["src", "alt", "title", "width", "height"]),
  parseHTML: () => [
    {
      tag: "img[src]",
      getAttrs: (element) => isRichTextAttribute("img", "src", element.getAttribute("src") ?? "") && null,
    },
  ],
  renderHTML: ({ HTMLAttributes }) => ["img", HTMLAttributes],
});

const Table = Node.create({
  name: "table",
  group: "block",
  content: "tableRow+",
  isolating: true,
  parseHTML: () => [{ tag: "table" }],
  renderHTML: () => ["table", ["tbody", 0]],
});

const TableRow = Node.create({
  name: "tableRow",
  content: "(td | th)*",
  parseHTML: () => [{ tag: "tr" }],
  renderHTML: () => ["tr", 0],
});

function tableCell(name: "td" | "th") {
  return Node.create({
    name,
    content: "block+",
    isolating: true,
    addAttributes: () => kept(["colspan", "rowspan"]),
    parseHTML: () => [{ tag: name }],
    renderHTML: ({ HTMLAttributes }) => [name, HTMLAttributes, 0],
  });
}

function keptMark(name: string) {
  return Mark.create({ name, parseHTML: () => [{ tag: name }], renderHTML: () => [name, 0] });
}
