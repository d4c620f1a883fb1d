import type { Catalog } from "@interval/proto";
import { Action } from "../action.ts";
import type { Logger } from "../logger.ts";
import type { Page } from "../page.ts";
import { toCatalog } from "../routes/catalog.ts";
import type { RouteTree } from "../routes/tree.ts";
import { messageOf } from "../thrown.ts";

/** What a host offers: its routes, but those that a newer host of the same process has taken over. */
export class Offer {
  /** The program's name. */
  name = "";
  /** The files of routes, by path, as far as they are known. */
  files: ReadonlyMap<string, string> = new Map();
  /** Set while open runs may finish and no new ones are taken: it offers nothing. */
  isClosing = false;
  readonly #tree: RouteTree;
  readonly #logger: Logger;
  /** The paths that newer hosts of the process have taken over. */
  #taken: ReadonlySet<string> = new Set();
  /** What the server was offered last. */
  #before: Catalog | undefined;

  constructor(tree: RouteTree, logger: Logger) {
    this.#tree = tree;
    this.#logger = logger;
  }

  /** Whether newer hosts have taken over everything that can be run or looked at. */
  get isReplaced(): boolean {
    return this.#taken.size > 0 && [...this.#routes().values()].every(isEmpty);
  }

  /** Newer hosts of the process offer these paths. @returns the paths that this one offers no longer, and those that it offers again */
  giveUp(taken: ReadonlySet<string>): { lost: string[]; regained: string[] } {
    const before = this.#taken;
    this.#taken = taken;
    const paths = [...this.#tree.all().keys()];
    return {
      lost: paths.filter((path) => taken.has(path) && !before.has(path)),
      regained: paths.filter((path) => before.has(path) && !taken.has(path)),
    };
  }

  /**
   * What the server is told.
   * @throws {HostMisuseError} for routes that are none, and for more than the server takes
   */
  catalog(): Catalog {
    this.#before = toCatalog(this.isClosing ? new Map() : this.#routes(), this);
    return this.#before;
  }

  /** The same; while its routes cannot be offered, what it has offered before. */
  catalogOrBefore(): Catalog {
    try {
      return this.catalog();
    } catch (error) {
      if (!this.#before) throw error;
      this.#logger.error(`The routes cannot be offered, so that those of before go on: ${messageOf(error)}`);
      return this.#before;
    }
  }

  #routes(): ReadonlyMap<string, Action | Page> {
    const all = this.#tree.all();
    return this.#taken.size === 0 ? all : new Map([...all].filter(([path]) => !this.#taken.has(path)));
  }
}

/** Whether a route only holds others. */
function isEmpty(route: Action | Page): boolean {
  return !(route instanceof Action) && route.definition.handler === undefined;
}
