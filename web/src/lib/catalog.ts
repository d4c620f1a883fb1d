import type { CatalogEntry } from "@interval/proto";

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
  const below = listed(entries).filter(({ route }) => route?.path.startsWith(prefix));
  const pages = new Map<string, PageItem>();
  for (const { route } of below) {
    const [slug, ...rest] = (route?.path ?? "").slice(prefix.length).split("/");
    const isPage = rest.length > 0 || route?.kind.case === "page";
    if (slug && isPage) pages.set(slug, pageItem(entries, `${prefix}${slug}`));
  }
  return {
    pages: [...pages.values()].sort((a, b) => a.name.localeCompare(b.name)),
    actions: below
      .filter(({ route }) => route?.kind.case === "action" && !route.path.slice(prefix.length).includes("/"))
      .sort((a, b) => nameOf(a).localeCompare(nameOf(b))),
  };
}

/** The actions whose name, path or description holds every word of the text. */
export function searchActions(entries: CatalogEntry[], text: string): CatalogEntry[] {
  return listed(entries).filter((entry) => entry.route?.kind.case === "action" && matchesText(entry, text));
}

/** Whether name, path or description of an entry hold every word of a text. */
export function matchesText({ route }: CatalogEntry, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const all = `${route?.name} ${route?.path} ${route?.description ?? ""}`.toLowerCase();
  return words.every((word) => all.includes(word));
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

function listed(entries: CatalogEntry[]): CatalogEntry[] {
  return entries.filter(({ route }) => !route?.unlisted);
}

function humanise(slug: string): string {
  const words = slug.replaceAll(/[_.-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
