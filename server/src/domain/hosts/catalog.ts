import { create, toBinary } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  byteCount,
  type Catalog,
  type CatalogEntry,
  CatalogEntrySchema,
  limits,
  type Route,
  RouteSchema,
} from "@interval/proto";
import { InvalidError, QuotaError } from "../errors.ts";
import type { AttachedHost } from "./attached-host.ts";
import { offering, servingOf } from "./clashes.ts";
import type { DepartedHost } from "./departed-routes.ts";

const slug = /^[A-Za-z0-9_.-]+$/;

/**
 * Checks what a host offers.
 *
 * @throws {InvalidError} naming the path at fault
 * @throws {QuotaError} for more routes, or larger ones, than are possible
 */
export function checkCatalog(catalog: Catalog | undefined): void {
  const known = new Set<string>();
  const routes = catalog?.routes ?? [];
  const most = limits.catalog;
  if (routes.length > most.routes) {
    throw new QuotaError(
      `The host offers ${routes.length} routes; at most ${most.routes} are possible. Split the program into several, each with an environment of its own.`,
    );
  }
  let bytes = 0;
  for (const route of routes) {
    const { path } = route;
    if (path.length > limits.routePath) {
      throw new InvalidError(
        `The route "${path.slice(0, 40)}…" has ${path.length} characters; at most ${limits.routePath} are possible.`,
      );
    }
    const size = toBinary(RouteSchema, route).length;
    bytes += size;
    if (size > most.routeBytes) {
      throw new QuotaError(
        `The route "${path}" has ${byteCount(size)}; at most ${byteCount(most.routeBytes)} are possible. Shorten its description.`,
      );
    }
    if (bytes > most.bytes) {
      throw new QuotaError(
        `The routes of the host have more than ${byteCount(most.bytes)} in all. Shorten their descriptions, or split the program.`,
      );
    }
    const wrong = path.split("/").find((part) => !slug.test(part) || part === "." || part === "..");
    if (wrong !== undefined) {
      throw new InvalidError(
        `The route "${path}" has the slug "${wrong}". Slugs consist of letters, digits, "_", "." and "-", and are neither "." nor "..".`,
      );
    }
    if (known.has(path)) throw new InvalidError(`The route "${path}" is there twice.`);
    known.add(path);
  }
}

/** A route that a host has offered in this scope, and when it was last there. */
export interface Remembered {
  route: Route;
  lastSeen: number;
  /** The host that had it last. */
  host: DepartedHost;
}

/**
 * What an environment offers: the union of its hosts' routes, the newest host defining each, and those of hosts that have gone.
 *
 * @param hosts oldest first
 * @param archived the paths of actions that somebody has put away
 */
export function unite(
  hosts: readonly AttachedHost[],
  remembered: ReadonlyMap<string, Remembered>,
  archived: ReadonlySet<string> = new Set(),
): Map<string, CatalogEntry> {
  const entries = new Map<string, CatalogEntry>();
  for (const [path, { route, lastSeen }] of remembered) {
    entries.set(path, create(CatalogEntrySchema, { route: named(route), lastSeen: timestampFromMs(lastSeen) }));
  }
  const able = offering(hosts);
  for (const host of hosts) {
    for (const route of host.catalog?.routes ?? []) {
      const all = able.get(route.path) ?? [];
      if (all.at(-1) !== host) continue;
      const hostsOnline = servingOf(all).length;
      entries.set(route.path, create(CatalogEntrySchema, { route: named(route), hostsOnline }));
    }
  }
  for (const path of archived) {
    const entry = entries.get(path);
    if (entry) entry.archived = true;
  }
  return new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function named(route: Route): Route {
  return route.name ? route : { ...route, name: nameOf(route.path) };
}

/**
 * A name for what has none.
 *
 * @example nameOf("users/refund_user") // "Refund user"
 */
function nameOf(path: string): string {
  const words = path
    .slice(path.lastIndexOf("/") + 1)
    .replace(/[_.-]+/g, " ")
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
