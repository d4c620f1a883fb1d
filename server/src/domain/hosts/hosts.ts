import type { Catalog, CatalogEntry, Route } from "@interval/proto";
import type { Scope } from "../../store/store.ts";
import { scopeKey } from "../access/place.ts";
import { Feed } from "../feed.ts";
import type { AttachedHost } from "./attached-host.ts";
import { type Remembered, unite } from "./catalog.ts";

interface Environment {
  /** Oldest first. */
  hosts: AttachedHost[];
  /** Routes of hosts that have gone, by path. */
  remembered: Map<string, Remembered>;
  entries: Map<string, CatalogEntry>;
  turn: number;
}

/** The hosts that are attached, by scope, and what they offer. */
export class Hosts {
  readonly #environments = new Map<string, Environment>();
  readonly #byInstance = new Map<string, AttachedHost>();
  /** Tells of each change of a scope's catalogue. */
  readonly changes = new Feed<ReadonlyMap<string, CatalogEntry>>();

  /** Adds a host. One of the same process that is still there is replaced. @returns the one replaced */
  add(host: AttachedHost): AttachedHost | undefined {
    const before = this.#byInstance.get(host.instanceId);
    if (before) this.remove(before);
    this.#byInstance.set(host.instanceId, host);
    const environment = this.#environment(host.scope);
    environment.hosts.push(host);
    this.#changed(host.scope);
    return before;
  }

  /** Takes a host off; its routes stay listed, offline. @returns whether it was still there */
  remove(host: AttachedHost): boolean {
    if (this.#byInstance.get(host.instanceId) !== host) return false;
    this.#byInstance.delete(host.instanceId);
    const environment = this.#environment(host.scope);
    environment.hosts = environment.hosts.filter((each) => each !== host);
    remember(environment, host.catalog?.routes ?? []);
    this.#changed(host.scope);
    return true;
  }

  /** A host offers something else now. What it no longer offers is gone, not offline. */
  changeCatalog(host: AttachedHost, catalog: Catalog): void {
    const { remembered } = this.#environment(host.scope);
    for (const { path } of host.catalog?.routes ?? []) remembered.delete(path);
    host.catalog = catalog;
    this.#changed(host.scope);
  }

  /** A host takes no new runs. */
  drain(host: AttachedHost): void {
    host.draining = true;
    this.#changed(host.scope);
  }

  /** The host of a process, if it is attached. */
  ofInstance(instanceId: string): AttachedHost | undefined {
    return this.#byInstance.get(instanceId);
  }

  all(): Iterable<AttachedHost> {
    return this.#byInstance.values();
  }

  /** What a scope offers, by path. */
  entries(scope: Scope): ReadonlyMap<string, CatalogEntry> {
    return this.#environment(scope).entries;
  }

  /** The host that takes the next run of an action: in turn, among those that offer what the newest offers. */
  choose(scope: Scope, path: string): AttachedHost | undefined {
    const environment = this.#environment(scope);
    const able = environment.hosts.filter((host) => !host.draining && host.offers(path));
    const digest = able.at(-1)?.catalog?.digest;
    const alike = able.filter((host) => host.catalog?.digest === digest);
    return alike[environment.turn++ % Math.max(1, alike.length)];
  }

  #environment(scope: Scope): Environment {
    const key = scopeKey(scope);
    let environment = this.#environments.get(key);
    if (!environment) {
      environment = { hosts: [], remembered: new Map(), entries: new Map(), turn: 0 };
      this.#environments.set(key, environment);
    }
    return environment;
  }

  #changed(scope: Scope): void {
    const environment = this.#environment(scope);
    environment.entries = unite(environment.hosts, environment.remembered);
    this.changes.tell(scopeKey(scope), environment.entries);
  }
}

function remember({ remembered }: Environment, routes: Route[]): void {
  const lastSeen = Date.now();
  for (const route of routes) remembered.set(route.path, { route, lastSeen });
}
