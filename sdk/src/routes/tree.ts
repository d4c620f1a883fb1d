import { Action, type ActionDefinition, type ActionHandler } from "../action.ts";
import { HostMisuseError } from "../errors.ts";
import { Page, type PageDefinition, type Route, type Routes } from "../page.ts";

/** Makes an action or page of whatever is accepted as a route. */
export function toRoute(route: unknown, path: string): Action | Page {
  if (route instanceof Action || route instanceof Page) return route;
  if (isHandler(route)) return new Action(route);
  if (isPageDefinition(route)) return new Page(route);
  if (isActionDefinition(route)) return new Action(route);
  throw new HostMisuseError(
    `The route "${path}" must be an Action, a Page, a function, or an object with a handler or routes.`,
  );
}

function isHandler(route: unknown): route is ActionHandler {
  return typeof route === "function";
}

function isActionDefinition(route: unknown): route is ActionDefinition {
  return typeof route === "object" && route !== null && "handler" in route && typeof route.handler === "function";
}

function isPageDefinition(route: unknown): route is PageDefinition {
  return typeof route === "object" && route !== null && "routes" in route && typeof route.routes === "object";
}

/** Everything that a host offers. Pages may change at any time; the tree says so once per batch of changes. */
export class RouteTree {
  readonly root: Page;
  #flat: Map<string, Action | Page> | undefined;
  /** The last routes that all could be ones. */
  #before: ReadonlyMap<string, Action | Page> | undefined;
  /** Definitions are made into actions and pages once, so that a page keeps its routes. */
  readonly #made = new WeakMap<object, Action | Page>();
  readonly #onChange: () => void;
  #announced = false;

  /** @param onChange called once, soon after any number of changes */
  constructor(routes: Routes = {}, onChange: () => void = () => {}) {
    this.root = new Page({ routes });
    this.#onChange = onChange;
    this.root.onChange(this.#changed);
  }

  /**
   * Adds a route below a path, making the pages on the way.
   * @throws {HostMisuseError} for what cannot be a route
   */
  add(path: string, route: Route): void {
    this.#make(route, path);
    this.root.add(path, route);
  }

  /** Removes a route by its whole path. */
  remove(path: string): void {
    this.root.remove(path);
    const slugs = path.split("/");
    const last = slugs.pop();
    const parent = this.all().get(slugs.join("/"));
    if (last !== undefined && parent instanceof Page) parent.remove(last);
  }

  /** The action or page at a path. While something stands there that cannot be a route, the routes of before go on. */
  get(path: string): Action | Page | undefined {
    try {
      return this.all().get(path);
    } catch (error) {
      if (this.#before) return this.#before.get(path);
      throw error;
    }
  }

  /**
   * Every action and page by its path, pages before what they hold.
   * @throws {HostMisuseError} for what cannot be a route
   */
  all(): ReadonlyMap<string, Action | Page> {
    if (!this.#flat) {
      const flat = new Map<string, Action | Page>();
      this.#collect(this.root, "", flat);
      this.#flat = flat;
      this.#before = flat;
    }
    return this.#flat;
  }

  #collect(page: Page, prefix: string, flat: Map<string, Action | Page>): void {
    for (const [slug, route] of page.routes) {
      const path = `${prefix}${slug}`;
      const made = this.#make(route, path);
      addPagesAbove(path, flat);
      const there = flat.get(path);
      // A page that was only implied by a longer path gives way; its place stays before what it holds.
      if (!there || isImplied(there)) flat.set(path, made);
      else throw new HostMisuseError(`There are two routes at "${path}". Rename or remove one of them.`);
      if (made instanceof Page) {
        made.onChange(this.#changed);
        this.#collect(made, `${path}/`, flat);
      }
    }
  }

  #make(route: unknown, path: string): Action | Page {
    const isKey = (typeof route === "object" && route !== null) || typeof route === "function";
    const known = isKey ? this.#made.get(route) : undefined;
    if (known) return known;
    const made = toRoute(route, path);
    if (isKey) this.#made.set(route, made);
    return made;
  }

  readonly #changed = (): void => {
    this.#flat = undefined;
    if (this.#announced) return;
    this.#announced = true;
    queueMicrotask(() => {
      this.#announced = false;
      this.#onChange();
    });
  };
}

function isImplied(route: Action | Page): boolean {
  return route instanceof Page && route.routes.size === 0 && !route.definition.handler;
}

function addPagesAbove(path: string, flat: Map<string, Action | Page>): void {
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
    const above = path.slice(0, at);
    if (!flat.has(above)) flat.set(above, new Page());
  }
}
