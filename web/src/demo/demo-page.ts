import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { PageUpdateSchema, toValue } from "@interval/proto";
import { demoTable } from "./table-rows.ts";

type Update = MessageInitShape<typeof PageUpdateSchema>;
type Kind = NonNullable<Update["kind"]>;

const keys = ["numbers", "charges", "newsletter"];
const menuItems = [
  { label: "Create a user", link: { target: { case: "route" as const, value: { path: "users/create" } } } },
];
const pending = { eventual: { state: { case: "pending" as const, value: {} } } };

/** What the page shows, and when in milliseconds: its title is late, one of its parts fails. */
const story: ReadonlyArray<[after: number, kind: Kind]> = [
  [0, { case: "opening", value: {} }],
  [50, shown(pending)],
  [
    300,
    part("charges", {
      case: "component",
      value: { key: "charges", label: "Latest charges", kind: { case: "displayTable", value: { table: demoTable } } },
    }),
  ],
  [600, shown({ text: "Users (1,284)" })],
  [
    700,
    part("numbers", {
      case: "component",
      value: {
        key: "numbers",
        label: "This month",
        kind: { case: "displayObject", value: { data: toValue({ signedUp: 128, left: 9, revenue: 48_250.5 }) } },
      },
    }),
  ],
  [
    900,
    part("newsletter", {
      case: "failure",
      value: { type: "TimeoutError", message: "The newsletter's service did not answer within 5 s." },
    }),
  ],
];

function shown(title: { text?: string; eventual?: (typeof pending)["eventual"] }): Kind {
  const description = { text: "Everything about **accounts**." };
  return {
    case: "shown",
    value: { outcome: { case: "layout", value: { title, description, menuItems, parts: keys } } },
  };
}

function part(key: string, content: Extract<Kind, { case: "part" }>["value"]["content"]): Kind {
  return { case: "part", value: { key, content } };
}

/** Shows a page of the demo, which goes on after its first words. @returns ends it */
export function showDemoPage(page: string, tell: (update: Update) => void): () => void {
  const pageId = `page_${page}`;
  const say = (kind: Kind) => tell(create(PageUpdateSchema, { pageId, kind }));
  const timers = story.map(([after, kind]) => setTimeout(() => say(kind), after));
  open.set(pageId, say);
  return () => {
    open.delete(pageId);
    for (const timer of timers) clearTimeout(timer);
  };
}

/** The pages that are shown, by their session. */
const open = new Map<string, (kind: Kind) => void>();

/** Reads a page of the demo again: nothing of it ever changes. */
export function refreshDemoPage(pageId: string): void {
  setTimeout(() => open.get(pageId)?.({ case: "refreshed", value: {} }), 400);
}
