import type { Access } from "./access.ts";
import type { Action, ActionDefinition, ActionHandler } from "./action.ts";
import { isInstance, markBrands } from "./brand.ts";
import { HostMisuseError } from "./errors.ts";
import type { Io } from "./io/io.ts";
import type { Layout } from "./layout.ts";
import type { PageCtx } from "./pages/page-context.ts";
import { checkSlug } from "./routes/slug.ts";

/** What can stand at a slug: an action or a page, or what makes one. */
export type Route = Action | Page | ActionHandler | ActionDefinition | PageDefinition;

/** Routes by slug. */
export type Routes = { [slug: string]: Route };

/** What a page shows: a layout, or nothing, which shows what the page holds. */
export type PageHandler = (display: Io["display"], ctx: PageCtx) => Layout | undefined | Promise<Layout | undefined>;

/** A page and what is said of it. */
export interface PageDefinition {
  /** The name shown; in a directory of routes and in `routes` by default one made from the slug. */
  name?: string;
  /** A line of explanation, as inline markdown. */
  description?: string;
  /** Whether it is left out of lists and search; its address still works. */
  unlisted?: boolean;
  /** Who may open it and what it holds. */
  access?: Access;
  /** Makes what the page shows, each time somebody opens it. Without it the page lists what it holds. */
  handler?: PageHandler;
  /** What it holds. */
  routes?: Routes;
}

/** A page as one tab looks at it. */
interface RefreshedSession {
  refresh(part?: string): Promise<void>;
}

/**
 * A group of actions and pages. It lists what it holds, or shows the layout that its handler makes.
 *
 * @example new Page({ name: "Users", routes: { create: createUser, edit: editUser } })
 */
export class Page {
  static readonly brand = "Page";
  readonly definition: Omit<PageDefinition, "routes">;
  /** What the page holds, by slug. Change it with `add` and `remove`. */
  readonly routes: ReadonlyMap<string, Route>;
  readonly #routes: Map<string, Route>;
  readonly #listeners = new Set<() => void>();
  readonly #sessions = new Set<RefreshedSession>();

  constructor(page: PageDefinition = {}) {
    if (typeof page !== "object" || page === null) throw new HostMisuseError("new Page() takes an object.");
    const { routes = {}, ...definition } = page;
    this.definition = definition;
    this.#routes = new Map(Object.entries(routes));
    for (const slug of this.#routes.keys()) checkSlug(slug);
    if (page.handler !== undefined && typeof page.handler !== "function") {
      throw new HostMisuseError('new Page(): "handler" must be a function that returns a Layout.');
    }
    this.routes = this.#routes;
    markBrands(this, new.target);
  }

  /**
   * Adds a route, or replaces the one at its slug. While listening the server hears of it.
   * @throws {HostMisuseError} for an invalid slug
   */
  add(slug: string, route: Route): void {
    checkSlug(slug);
    this.#routes.set(slug, route);
    this.#changed();
  }

  /** Removes a route. Open runs of it go on. */
  remove(slug: string): void {
    if (this.#routes.delete(slug)) this.#changed();
  }

  /**
   * Reads the page again wherever it is looked at: calls the handler, and shows what has changed in place. Calls that come meanwhile are joined.
   *
   * @param part the key of the one part to refresh; by default the whole page
   * @returns resolves once all that look at it are up to date
   * @example
   * const users = new Page({ name: "Users", handler });
   * db.on("change", () => users.refresh());
   */
  async refresh(part?: string): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.refresh(part)));
  }

  /** Has a session refreshed with the page, until what it returns is called. @internal */
  opened(session: RefreshedSession): () => void {
    this.#sessions.add(session);
    return () => this.#sessions.delete(session);
  }

  /** Calls a function after every change of the page's own routes. @internal */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  static [Symbol.hasInstance](value: unknown): boolean {
    return isInstance(Page, value);
  }
}
