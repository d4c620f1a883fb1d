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

/** Durable runs that wait for a host with their action to come. */
export class HomelessRuns {
  readonly #scopes = new Map<string, Waiting>();
  readonly #hosts: Hosts;
  readonly #onOffered: (runId: string) => void;

  /** @param onOffered told of a run that a host can take now */
  constructor(hosts: Hosts, onOffered: (runId: string) => void) {
    this.#hosts = hosts;
    this.#onOffered = onOffered;
  }

  add(scope: Scope, runId: string, path: string): void {
    const key = scopeKey(scope);
    const known = this.#scopes.get(key);
    if (known) {
      known.paths.set(runId, path);
      return;
    }
    const end = this.#hosts.changes.listen(key, () => this.#look(key));
    this.#scopes.set(key, { scope, paths: new Map([[runId, path]]), end });
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
    const entries = this.#hosts.entries(waiting.scope);
    for (const [runId, path] of [...waiting.paths]) {
      if (!entries.get(path)?.hostsOnline) continue;
      waiting.paths.delete(runId);
      this.#onOffered(runId);
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
