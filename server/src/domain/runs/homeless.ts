import type { Scope } from "../../store/store.ts";
import { scopeKey } from "../access/place.ts";
import type { Hosts } from "../hosts/hosts.ts";

/** The runs of a scope that wait for a host. */
interface Waiting {
  scope: Scope;
  /** The path of each run's action. */
  paths: Map<string, string>;
  /** Stops listening for hosts. */
  end: () => void;
}

/** Who is told of runs that wait. */
interface HomelessListeners {
  /** A host can take a run now. */
  offered: (runId: string) => void;
  /** Hosts are attached, and none of them has a run's action. It may be told again. */
  missing: (runId: string) => void;
}

/** Durable runs that wait for a host with their action to come. */
export class HomelessRuns {
  readonly #scopes = new Map<string, Waiting>();
  readonly #hosts: Hosts;
  readonly #on: HomelessListeners;

  constructor(hosts: Hosts, on: HomelessListeners) {
    this.#hosts = hosts;
    this.#on = on;
  }

  add(scope: Scope, runId: string, path: string): void {
    const key = scopeKey(scope);
    const known = this.#scopes.get(key);
    if (known) known.paths.set(runId, path);
    else {
      const end = this.#hosts.changes.listen(key, () => this.#look(key));
      this.#scopes.set(key, { scope, paths: new Map([[runId, path]]), end });
    }
    if (this.#hosts.areThere(scope)) this.#on.missing(runId);
  }

  remove(runId: string): void {
    for (const [key, { paths }] of this.#scopes) if (paths.delete(runId)) this.#tidy(key);
  }

  close(): void {
    for (const { end } of this.#scopes.values()) end();
    this.#scopes.clear();
  }

  #look(key: string): void {
    const waiting = this.#scopes.get(key);
    if (!waiting) return;
    const areThere = this.#hosts.areThere(waiting.scope);
    for (const [runId, path] of [...waiting.paths]) {
      if (this.#hosts.offersAction(waiting.scope, path)) {
        waiting.paths.delete(runId);
        this.#on.offered(runId);
      } else if (areThere) this.#on.missing(runId);
    }
    this.#tidy(key);
  }

  #tidy(key: string): void {
    const waiting = this.#scopes.get(key);
    if (!waiting || waiting.paths.size > 0) return;
    waiting.end();
    this.#scopes.delete(key);
  }
}
