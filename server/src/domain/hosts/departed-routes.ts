import { limits, type Route } from "@interval/proto";
import type { AttachedHost } from "./attached-host.ts";
import type { Remembered } from "./catalog.ts";

/** The routes of hosts that have left an environment: they stay listed, offline, for some time. */
export class DepartedRoutes {
  readonly #routes = new Map<string, Remembered>();

  /** By path; those that were seen last come last. */
  get routes(): ReadonlyMap<string, Remembered> {
    return this.#routes;
  }

  /**
   * A host has left, or offers nothing any more. Where another host that is there offers some of its routes, that is the same program, and
   * what it lacks is gone.
   *
   * @param present the hosts that are there
   */
  remember({ key }: AttachedHost, routes: readonly Route[], present: readonly AttachedHost[]): void {
    if (present.some((host) => host.key !== key && routes.some(({ path }) => host.offers(path)))) return;
    const lastSeen = Date.now();
    for (const route of routes) {
      this.#routes.delete(route.path);
      this.#routes.set(route.path, { route, lastSeen, hostKey: key });
    }
    for (const path of this.#routes.keys()) {
      if (this.#routes.size <= limits.departedRoutes) return;
      this.#routes.delete(path);
    }
  }

  /** Routes were taken away. */
  forget(routes: readonly Route[]): void {
    for (const { path } of routes) this.#routes.delete(path);
  }

  /**
   * A host offers what a host that has left offered: it is the same program, most likely a newer version. What only the earlier one offered
   * is gone, and not offline. A host that offers nothing says nothing about what there is.
   */
  replace({ catalog }: AttachedHost): void {
    const earlier = new Set(catalog?.routes.map(({ path }) => this.#routes.get(path)?.hostKey));
    for (const [path, { hostKey }] of this.#routes) if (earlier.has(hostKey)) this.#routes.delete(path);
  }

  /** Forgets what was seen last before a time. @returns whether there was any */
  expire(before: number): boolean {
    const old = [...this.#routes].filter(([, { lastSeen }]) => lastSeen < before);
    for (const [path] of old) this.#routes.delete(path);
    return old.length > 0;
  }
}
