import { limits, type Route } from "@interval/proto";
import type { AttachedHost } from "./attached-host.ts";
import type { Remembered } from "./catalog.ts";

/** What is kept of a host that has left. */
export type DepartedHost = Pick<AttachedHost, "key" | "attachedAt" | "program">;

/** The routes of hosts that have left an environment: they stay listed, offline, for some time. */
export class DepartedRoutes {
  readonly #routes = new Map<string, Remembered>();

  /** By path; those that were seen last come last. */
  get routes(): ReadonlyMap<string, Remembered> {
    return this.#routes;
  }

  /**
   * A host has left, or offers nothing any more. Where the next version of its program is there already, what that one lacks is gone, and not
   * offline.
   *
   * @param present the hosts that are there
   */
  remember(host: AttachedHost, routes: readonly Route[], present: readonly AttachedHost[]): void {
    const { key, attachedAt, program } = host;
    const paths = routes.map(({ path }) => path);
    if (present.some((other) => other.key !== key && isNextVersion(other, host, paths))) return;
    const lastSeen = Date.now();
    for (const route of routes) {
      this.#routes.delete(route.path);
      this.#routes.set(route.path, { route, lastSeen, host: { key, attachedAt, program } });
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

  /** A host offers something: of earlier versions of its program nothing is left. One that offers nothing says nothing of what there is. */
  replace(host: AttachedHost): void {
    if (!host.catalog?.routes.length) return;
    const departed = new Map<string, { older: DepartedHost; paths: string[] }>();
    for (const [path, { host: older }] of this.#routes) {
      const known = departed.get(older.key);
      if (known) known.paths.push(path);
      else departed.set(older.key, { older, paths: [path] });
    }
    for (const { older, paths } of departed.values()) {
      if (older.key !== host.key && !isNextVersion(host, older, paths)) continue;
      for (const path of paths) this.#routes.delete(path);
    }
  }

  /** Forgets what was seen last before a time. @returns whether there was any */
  expire(before: number): boolean {
    const old = [...this.#routes].filter(([, { lastSeen }]) => lastSeen < before);
    for (const [path] of old) this.#routes.delete(path);
    return old.length > 0;
  }
}

/**
 * Whether a host runs a newer version of a program: one that has the same name and offers some of the same routes, or lies in the same
 * directory. Programs without a name are the same where they offer some of the same routes.
 */
function isNextVersion(newer: AttachedHost, older: DepartedHost, olderPaths: readonly string[]): boolean {
  const [a, b] = [newer.program, older.program];
  if (newer.attachedAt < older.attachedAt || a.name !== b.name) return false;
  const isSamePlace = a.directory !== "" && a.directory === b.directory && a.hostname === b.hostname;
  return isSamePlace || olderPaths.some((path) => newer.offers(path));
}
