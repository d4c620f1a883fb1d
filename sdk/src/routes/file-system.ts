import { readdir } from "node:fs/promises";
import { basename, dirname, extname, join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { create } from "@bufbuild/protobuf";
import { limits, type RouteFault, RouteFaultSchema } from "@interval/proto";
import { Page, type Route } from "../page.ts";
import { detailsOf, isError, messageOf, shorten } from "../thrown.ts";
import { checkSlug } from "./slug.ts";
import { toRoute } from "./tree.ts";

/** A file or directory of routes that could not be used, and why. */
export interface FileFault {
  path: string;
  error: unknown;
}

/** What a directory of routes holds. */
export interface DirectoryRoutes {
  page: Page;
  /** The file of each route, by its path below the directory. */
  files: Map<string, string>;
  /** The file of the page itself, where it has one. */
  index: string | undefined;
  /** Files that are left out. The other routes start all the same. */
  faults: FileFault[];
}

const extensions = new Set([".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"]);
const skipped = /(^\.|\.d\.[mc]?ts$|\.(test|spec)\.[^.]+$)/;

/**
 * Loads a directory of routes: a directory is a page named after it, a file's default export a route named after the file, and the Page of an
 * `index` file the page of its directory.
 *
 * @param directory an absolute path
 * @throws when the directory itself cannot be read
 */
export async function loadDirectory(directory: string): Promise<DirectoryRoutes> {
  const entries = (await readdir(directory, { withFileTypes: true })).filter(({ name }) => !skipped.test(name));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const faults: FileFault[] = [];
  const found = new Map<string, string>();
  const attempt = async <T>(path: string, load: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await load();
    } catch (error) {
      faults.push({ path, error });
    }
  };

  const files = entries.filter((entry) => !entry.isDirectory() && extensions.has(extname(entry.name)));
  const loaded = await Promise.all(
    files.map(async ({ name }) => {
      const path = join(directory, name);
      const slug = basename(name, extname(name));
      return { path, slug, route: await attempt(path, () => loadFile(path, slug)) };
    }),
  );
  const index = loaded.find(({ slug, route }) => slug === "index" && route instanceof Page);
  const page = index?.route instanceof Page ? index.route : new Page();
  for (const { path, slug, route } of loaded) {
    if (!route || route === page) continue;
    await attempt(path, async () => {
      addOnce(page, slug, route);
      found.set(slug, path);
    });
  }

  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    const path = join(directory, name);
    const child = await attempt(path, () => loadDirectory(path));
    if (!child) continue;
    faults.push(...child.faults);
    if (child.page.routes.size === 0) continue;
    const { index } = child;
    if (index) found.set(name, index);
    for (const [below, file] of child.files) found.set(`${name}/${below}`, file);
    await attempt(path, async () => {
      const beside = page.routes.get(name);
      if (beside instanceof Page) {
        for (const [slug, route] of child.page.routes) addOnce(beside, slug, route);
      } else addOnce(page, name, child.page);
    });
  }
  return { page, files: found, faults, index: page === index?.route ? index.path : undefined };
}

function addOnce(page: Page, slug: string, route: Route): void {
  if (page.routes.has(slug)) throw new Error(`There is another route "${slug}" in the same place.`);
  page.add(slug, route);
}

async function loadFile(path: string, slug: string): Promise<Route> {
  checkSlug(slug);
  const module: unknown = await import(pathToFileURL(path).href);
  const route = defaultExport(module);
  if (route === undefined) {
    throw new Error("It has no default export. Export an Action, a Page, a function, or an object with a handler.");
  }
  return toRoute(route, slug);
}

/** CommonJS modules arrive wrapped, compiled ones twice: the default export lies in the default export. */
function defaultExport(module: unknown): unknown {
  let route = typeof module === "object" && module !== null && "default" in module ? module.default : undefined;
  while (typeof route === "object" && route !== null && !("handler" in route) && "default" in route) {
    route = route.default;
  }
  return route;
}

/** A sentence for the developer about a file that was left out. */
export function describeFault({ path, error }: FileFault): string {
  const details = isError(error) ? `\n${detailsOf(error)}` : "";
  return `${path} could not be loaded and is left out: ${messageOf(error)}${details}`;
}

/** A file of routes as it lies in the program, such as "routes/users/edit.ts". */
export function fileOfRoute(path: string, directory: string): string {
  return relative(dirname(directory), path).split(sep).join("/");
}

/** The same for the dashboard, with the file as it lies in the program, and no more faults than anybody reads. */
export function toRouteFaults(faults: readonly FileFault[], directory: string): RouteFault[] {
  const ordered = [...faults].sort((a, b) => (a.path < b.path ? -1 : 1)); // files are loaded at once, and fail in any order
  return ordered.slice(0, limits.routeFaults).map(({ path, error }) => {
    const file = fileOfRoute(path, directory);
    const { message, stack } = limits.routeFaultText;
    return create(RouteFaultSchema, {
      file,
      message: shorten(messageOf(error), message),
      stack: isError(error) ? shorten(detailsOf(error), stack) : undefined,
    });
  });
}
