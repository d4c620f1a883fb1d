import type { CatalogEntry } from "@interval/proto";
import { plainText } from "./plain.ts";
import { type Hit, searchIndex } from "./search.ts";

/** A page of the catalogue: listed itself, or merely implied by what is below it. */
export interface PageItem {
  path: string;
  name: string;
  description?: string;
  /** How many actions are below it, at any depth. */
  actions: number;
}

/** What stands on one level of the catalogue. */
export interface Level {
  pages: PageItem[];
  actions: CatalogEntry[];
}

/** What stands directly below a path; the empty path is the environment's root. */
export function levelOf(entries: CatalogEntry[], path: string): Level {
  const prefix = path ? `${path}/` : "";
  const pages = new Map<string, PageItem>();
  const actions: CatalogEntry[] = [];
  for (const entry of listed(entries)) {
    const { route } = entry;
    if (!route?.path.startsWith(prefix)) continue;
    const [slug = "", ...rest] = route.path.slice(prefix.length).split("/");
    const isAction = route.kind.case === "action";
    if (rest.length === 0 && isAction) actions.push(entry);
    if (rest.length === 0 && route.kind.case !== "page") continue;
    const page = pages.get(slug) ?? { path: `${prefix}${slug}`, name: humanise(slug), actions: 0 };
    if (rest.length === 0) Object.assign(page, { name: nameOf(entry), description: route.description });
    else if (isAction) page.actions++;
    pages.set(slug, page);
  }
  return { pages: [...pages.values()].sort((a, b) => byName(a.name, b.name)), actions: byNames(actions) };
}

/** Whether name, path or description of an entry hold every word of a text. */
export function matchesText({ route }: CatalogEntry, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const all = `${route?.name} ${route?.path} ${route?.description ?? ""}`.toLowerCase();
  return words.every((word) => all.includes(word));
}

/** All pages that are listed themselves, by name. */
export function allPages(entries: CatalogEntry[]): PageItem[] {
  const pages = new Map<string, PageItem>();
  for (const entry of listed(entries)) {
    const { route } = entry;
    if (route?.kind.case !== "page") continue;
    pages.set(route.path, { path: route.path, name: nameOf(entry), description: route.description, actions: 0 });
  }
  for (const { route } of listed(entries)) {
    if (route?.kind.case !== "action") continue;
    const slugs = route.path.split("/");
    for (let depth = 1; depth < slugs.length; depth++) {
      const page = pages.get(slugs.slice(0, depth).join("/"));
      if (page) page.actions++;
    }
  }
  return [...pages.values()].sort((a, b) => byName(a.name, b.name));
}

/** All actions that are listed, by name. */
export function allActions(entries: CatalogEntry[]): CatalogEntry[] {
  return byNames(listed(entries).filter(({ route }) => route?.kind.case === "action"));
}

/** An action or a page, wherever it stands. */
export type CatalogItem =
  | { kind: "action"; path: string; entry: CatalogEntry }
  | { kind: "page"; path: string; page: PageItem };

/** Finds listed actions and pages at any depth, by their names, paths and descriptions. */
export function catalogSearch(entries: CatalogEntry[]): (text: string) => Hit<CatalogItem>[] {
  const items: CatalogItem[] = [
    ...allActions(entries).map((entry) => ({ kind: "action" as const, path: entry.route?.path ?? "", entry })),
    ...allPages(entries).map((page) => ({ kind: "page" as const, path: page.path, page })),
  ];
  return searchIndex(items, (item) => {
    const name = item.kind === "page" ? item.page.name : nameOf(item.entry);
    const description = item.kind === "page" ? item.page.description : item.entry.route?.description;
    return { name, more: [item.path, description && plainText(description)] };
  });
}

/** The listed actions at these paths, in their order. */
export function recentEntries(entries: CatalogEntry[], paths: readonly string[]): CatalogEntry[] {
  const known = listed(entries).filter(({ route }) => route?.kind.case === "action");
  const actions = new Map(known.map((entry) => [entry.route?.path ?? "", entry]));
  return paths.flatMap((path) => actions.get(path) ?? []);
}

/** The pages above a path, outermost first. */
export function pagesAbove(entries: CatalogEntry[], path: string): PageItem[] {
  const slugs = path.split("/").slice(0, -1);
  return slugs.map((_, index) => pageItem(entries, slugs.slice(0, index + 1).join("/")));
}

/** A page by its path, whether it is listed itself or only implied. */
export function pageItem(entries: CatalogEntry[], path: string): PageItem {
  const own = entries.find(({ route }) => route?.path === path && route.kind.case === "page")?.route;
  const actions = listed(entries).filter(
    ({ route }) => route?.kind.case === "action" && route.path.startsWith(`${path}/`),
  ).length;
  const name = own?.name ?? humanise(path.split("/").at(-1) ?? path);
  return { path, name, description: own?.description, actions };
}

export function nameOf({ route }: CatalogEntry): string {
  return route?.name || humanise(route?.path.split("/").at(-1) ?? "");
}

/** Comparing by `localeCompare` takes ten times as long. */
const byName = new Intl.Collator(undefined, { numeric: true }).compare;

function byNames(entries: CatalogEntry[]): CatalogEntry[] {
  return entries
    .map((entry) => ({ entry, name: nameOf(entry) }))
    .sort((a, b) => byName(a.name, b.name))
    .map(({ entry }) => entry);
}

function listed(entries: CatalogEntry[]): CatalogEntry[] {
  return entries.filter(({ route }) => !route?.unlisted);
}

function humanise(slug: string): string {
  const words = slug.replaceAll(/[_.-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
