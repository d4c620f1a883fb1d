import { isInstance, markBrands } from "./brand.ts";
import { HostMisuseError } from "./errors.ts";
import type { EventualValue } from "./io/eventual.ts";
import type { DisplayPromise } from "./io/io-promise.ts";
import type { MenuItem } from "./io/link.ts";

/** What a page shows. */
export interface LayoutDefinition {
  /** Its title; by default the page's name. */
  title?: EventualValue<string | undefined | null>;
  /** A line of explanation, as inline markdown; by default the page's own. */
  description?: EventualValue<string | undefined | null>;
  /** What can be done, beside the title. */
  menuItems?: readonly MenuItem[];
  /**
   * Reads the page again so many milliseconds after it was last read, for as long as it is looked at: at least 1000. What has changed is shown in place.
   * By default a page is read again when it is asked for.
   */
  refreshEvery?: number;
  /** Its parts: methods of `io.display` that are not awaited. Each is shown as soon as it is there. */
  children?: readonly DisplayPromise[];
}

/**
 * What a page's handler returns.
 *
 * @example
 * new Page({
 *   name: "Users",
 *   handler: () =>
 *     new Layout({
 *       title: async () => `${await db.users.count()} users`,
 *       menuItems: [{ label: "Create user", route: "users/create" }],
 *       children: [io.display.table("Users", { getData: listUsers })],
 *     }),
 * });
 */
export class Layout {
  static readonly brand = "Layout";
  readonly definition: LayoutDefinition;

  constructor(layout: LayoutDefinition = {}) {
    if (typeof layout !== "object" || layout === null) throw new HostMisuseError("new Layout() takes an object.");
    this.definition = layout;
    markBrands(this, new.target);
  }

  static [Symbol.hasInstance](value: unknown): boolean {
    return isInstance(Layout, value);
  }
}
