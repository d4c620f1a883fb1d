import { type Hit, searchIndex } from "../../lib/search.ts";

/** Of what kind an item is. */
export type PaletteGroup = "runs" | "recent" | "actions" | "pages" | "go" | "places" | "commands";

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

/** The groups before anything is typed; the others are too long. */
const atRest: readonly PaletteGroup[] = ["runs", "recent", "go", "places", "commands"];
/** The groups of what was found. Who types an action's name wants to run it, though a run of it is open. What was run last is among the actions. */
const found: readonly PaletteGroup[] = ["actions", "pages", "runs", "go", "places", "commands"];
/** So many of a group are shown. */
const most = 12;

/** What the palette shows for what is typed: the group of the best hit first. */
export function paletteSearch(items: readonly PaletteItem[]): (text: string) => PaletteSection[] {
  const find = searchIndex(items, ({ name, detail, keywords }) => ({ name, more: [detail, keywords] }));
  const all = items.map((item) => ({ item, rank: 0 }));
  return (text) => (text.trim() ? sections(find(text), found) : sections(all, atRest));
}

function sections(hits: readonly Hit<PaletteItem>[], groups: readonly PaletteGroup[]): PaletteSection[] {
  const byGroup = Map.groupBy(hits, ({ item }) => item.group);
  return groups
    .flatMap((group) => {
      const [best, ...rest] = byGroup.get(group) ?? [];
      return best ? [{ rank: best.rank, group, items: [best, ...rest].slice(0, most).map(({ item }) => item) }] : [];
    })
    .sort((a, b) => a.rank - b.rank)
    .map(({ group, items }) => ({ group, items }));
}
