import type { Catalog, CatalogEntry, RouteFault } from "@interval/proto";
import type { Scope } from "../../store/store.ts";
import { instanceKey, scopeKey } from "../access/place.ts";
import { Feed } from "../feed.ts";
import type { AttachedHost } from "./attached-host.ts";
import { unite } from "./catalog.ts";
import { type Clash, ClashNotices, findClashes, servingOf } from "./clashes.ts";
import { DepartedRoutes } from "./departed-routes.ts";
import { listedFaults } from "./listed.ts";

/** How far a claimed time may be ahead of the clock: the server may have moved to a machine whose clock is behind. */
const skewMs = 60_000;

interface Environment {
  scope: Scope;
  /** Oldest first, by when their processes were first accepted. */
  hosts: AttachedHost[];
  /** Routes of hosts that have gone. */
  departed: DepartedRoutes;
  /** Paths of actions that somebody has put away. */
  archived: Set<string>;
  entries: Map<string, CatalogEntry>;
  clashes: readonly Clash[];
  notices: ClashNotices;
  turn: number;
}

/** The hosts that are attached, by scope, and what they offer. */
export class Hosts {
  readonly #environments = new Map<string, Environment>();
  /** By scope and process: nobody takes the place of another environment's host. */
  readonly #byInstance = new Map<string, AttachedHost>();
  /** Tells of each change of a scope's catalogue. */
  readonly changes = new Feed<ReadonlyMap<string, CatalogEntry>>();
  readonly #onClash: (clash: Clash) => void;

  /** @param onClash told of two programs that offer the same */
  constructor(onClash: (clash: Clash) => void = () => {}) {
    this.#onClash = onClash;
  }

  /**
   * When a process was first accepted. Each process has a time of its own, so that their order is the same after a restart of the server.
   * @param claimed what it was told before, in milliseconds; undefined for one that is new
   */
  attachTime(scope: Scope, instanceId: string, claimed: number | undefined): number {
    const now = Date.now();
    const known = this.ofInstance(scope, instanceId)?.attachedAt;
    if (known !== undefined) return known;
    if (claimed !== undefined) return Math.min(claimed, now + skewMs);
    return Math.max(now, (this.of(scope).at(-1)?.attachedAt ?? 0) + 1);
  }

  /** Adds a host. One of the same process that is still there is replaced. @returns the one replaced */
  add(host: AttachedHost): AttachedHost | undefined {
    const before = this.#byInstance.get(host.key);
    if (before) this.#takeOff(before);
    this.#byInstance.set(host.key, host);
    const environment = this.#environment(host.scope);
    environment.departed.replace(host);
    const newer = environment.hosts.findIndex(({ attachedAt }) => attachedAt > host.attachedAt);
    environment.hosts.splice(newer < 0 ? environment.hosts.length : newer, 0, host);
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
    host.routeFaults = listedFaults(routeFaults);
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

  /** The hosts that serve a route: the newest that offers it, and those of the same program. */
  serving(scope: Scope, path: string): AttachedHost[] {
    return servingOf(this.of(scope).filter((host) => host.offers(path)));
  }

  /** The host that takes the next run of an action: in turn, among those that serve it. */
  choose(scope: Scope, path: string): AttachedHost | undefined {
    const serving = this.serving(scope, path);
    return serving[this.#environment(scope).turn++ % Math.max(1, serving.length)];
  }

  /** The routes that several programs of a scope offer. */
  clashes(scope: Scope): readonly Clash[] {
    return this.#environment(scope).clashes;
  }

  /** The host that executes a run of an action again; undefined also where the path has become that of a page. */
  chooseAgain(scope: Scope, path: string): AttachedHost | undefined {
    return this.offersAction(scope, path) ? this.choose(scope, path) : undefined;
  }

  /** Whether a host is attached that has an action. */
  offersAction(scope: Scope, path: string): boolean {
    const entry = this.entries(scope).get(path);
    return entry !== undefined && entry.hostsOnline > 0 && entry.route?.kind.case === "action";
  }

  /** Whether a host is attached that is not about to leave. */
  areThere(scope: Scope): boolean {
    return this.of(scope).some(({ draining }) => !draining);
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
        clashes: [],
        notices: new ClashNotices(this.#onClash),
        turn: 0,
      };
      this.#environments.set(key, environment);
    }
    return environment;
  }

  #changed(scope: Scope): void {
    const environment = this.#environment(scope);
    environment.entries = unite(environment.hosts, environment.departed.routes, environment.archived);
    environment.clashes = findClashes(environment.hosts);
    environment.notices.tell(environment.clashes);
    this.changes.tell(scopeKey(scope), environment.entries);
  }
}
