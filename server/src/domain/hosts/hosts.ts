import { type Catalog, type CatalogEntry, limits, type RouteFault } from "@interval/proto";
import type { Scope } from "../../store/store.ts";
import { instanceKey, scopeKey } from "../access/place.ts";
import { Feed } from "../feed.ts";
import type { AttachedHost } from "./attached-host.ts";
import { unite } from "./catalog.ts";
import { DepartedRoutes } from "./departed-routes.ts";

interface Environment {
  scope: Scope;
  /** Oldest first. */
  hosts: AttachedHost[];
  /** Routes of hosts that have gone. */
  departed: DepartedRoutes;
  /** Paths of actions that somebody has put away. */
  archived: Set<string>;
  entries: Map<string, CatalogEntry>;
  turn: number;
}

/** The hosts that are attached, by scope, and what they offer. */
export class Hosts {
  readonly #environments = new Map<string, Environment>();
  /** By scope and process: nobody takes the place of another environment's host. */
  readonly #byInstance = new Map<string, AttachedHost>();
  /** Tells of each change of a scope's catalogue. */
  readonly changes = new Feed<ReadonlyMap<string, CatalogEntry>>();

  /** Adds a host. One of the same process that is still there is replaced. @returns the one replaced */
  add(host: AttachedHost): AttachedHost | undefined {
    const before = this.#byInstance.get(host.key);
    if (before) this.#takeOff(before);
    this.#byInstance.set(host.key, host);
    const environment = this.#environment(host.scope);
    environment.departed.replace(host);
    environment.hosts.push(host);
    this.#changed(host.scope);
    return before;
  }

  /** Takes a host off; its routes stay listed, offline. @returns whether it was still there */
  remove(host: AttachedHost): boolean {
    if (this.#byInstance.get(host.key) !== host) return false;
    this.#takeOff(host);
    const { departed, hosts } = this.#environment(host.scope);
    departed.remember(host, host.catalog?.routes ?? [], hosts);
    this.#changed(host.scope);
    return true;
  }

  /**
   * A host offers something else now. What it no longer offers is gone, not offline; but a host that offers nothing any more is about to
   * leave: it takes no new runs, and what it offered is offline, as if it had left already.
   */
  changeCatalog(host: AttachedHost, catalog: Catalog, routeFaults: RouteFault[] = []): void {
    const environment = this.#environment(host.scope);
    const before = host.catalog?.routes ?? [];
    host.draining = catalog.routes.length === 0 && (host.draining || before.length > 0);
    host.routeFaults = routeFaults.slice(0, limits.routeFaults);
    host.catalog = catalog;
    if (catalog.routes.length === 0) environment.departed.remember(host, before, environment.hosts);
    else {
      environment.departed.forget(before);
      environment.departed.replace(host);
    }
    this.#changed(host.scope);
  }

  /** Forgets routes whose last host left long ago. */
  forgetDeparted(olderThanMs: number): void {
    const before = Date.now() - olderThanMs;
    for (const environment of this.#environments.values()) {
      if (environment.departed.expire(before)) this.#changed(environment.scope);
    }
  }

  /** Puts an action away, or back: who may see the catalogue hears of it. */
  archive(scope: Scope, path: string, archived: boolean): void {
    const environment = this.#environment(scope);
    if (archived) environment.archived.add(path);
    else environment.archived.delete(path);
    this.#changed(scope);
  }

  /** The hosts of a scope, oldest first. */
  of(scope: Scope): readonly AttachedHost[] {
    return this.#environment(scope).hosts;
  }

  /** The host of a process, if it is attached. */
  ofInstance(scope: Scope, instanceId: string): AttachedHost | undefined {
    return this.#byInstance.get(instanceKey(scope, instanceId));
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
    const able = environment.hosts.filter((host) => host.offers(path));
    const digest = able.at(-1)?.catalog?.digest;
    const alike = able.filter((host) => host.catalog?.digest === digest);
    return alike[environment.turn++ % Math.max(1, alike.length)];
  }

  #takeOff(host: AttachedHost): void {
    this.#byInstance.delete(host.key);
    const environment = this.#environment(host.scope);
    environment.hosts = environment.hosts.filter((each) => each !== host);
  }

  #environment(scope: Scope): Environment {
    const key = scopeKey(scope);
    let environment = this.#environments.get(key);
    if (!environment) {
      environment = {
        scope,
        hosts: [],
        departed: new DepartedRoutes(),
        archived: new Set(),
        entries: new Map(),
        turn: 0,
      };
      this.#environments.set(key, environment);
    }
    return environment;
  }

  #changed(scope: Scope): void {
    const environment = this.#environment(scope);
    environment.entries = unite(environment.hosts, environment.departed.routes, environment.archived);
    this.changes.tell(scopeKey(scope), environment.entries);
  }
}
