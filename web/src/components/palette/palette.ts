import { type Hit, searchIndex } from "../../lib/search.ts";

/** The groups of the palette, in the order in which they are shown before anything is typed. */
export const paletteGroups = ["runs", "recent", "actions", "pages", "go", "places", "commands"] as const;

/** Of what kind an item is. */
export type PaletteGroup = (typeof paletteGroups)[number];

/** One thing that the palette does. */
export interface PaletteItem {
  id: string;
  group: PaletteGroup;
  name: string;
  icon: string;
  /** What tells it from others of the same name, such as a path. */
  detail?: string;
  /** What else it is found by. */
  keywords?: string;
  /** How it is marked instead of by its icon. */
  dot?: { class: string; style?: { backgroundColor: string } };
  /** Cannot be chosen; `detail` says why. */
  disabled?: boolean;
  choose: () => void;
}

/** Items of a group, as they are shown together. */
export interface PaletteSection {
  group: PaletteGroup;
  items: PaletteItem[];
}

/** Groups that are shown before anything is typed; the others are too long. */
const atRest: readonly PaletteGroup[] = ["runs", "recent", "go", "places", "commands"];
/** So many of a group are shown. */
const most = 12;

/** What the palette shows for what is typed: the group of the best hit first. */
export function paletteSearch(items: readonly PaletteItem[]): (text: string) => PaletteSection[] {
  // What was run last stands among the actions too.
  const find = searchIndex(
    items.filter(({ group }) => group !== "recent"),
    ({ name, detail, keywords }) => ({ name, more: [detail, keywords] }),
  );
  return (text) => {
    if (!text.trim())
      return sections(items.filter(({ group }) => atRest.includes(group)).map((item) => ({ item, rank: 0 })));
    return sections(find(text));
  };
}

function sections(hits: readonly Hit<PaletteItem>[]): PaletteSection[] {
  const groups = Map.groupBy(hits, ({ item }) => item.group);
  return paletteGroups
    .flatMap((group) => {
      const found = groups.get(group) ?? [];
      const [best] = found;
      return best ? [{ rank: best.rank, group, items: found.slice(0, most).map(({ item }) => item) }] : [];
    })
    .sort((a, b) => a.rank - b.rank)
    .map(({ group, items }) => ({ group, items }));
}
