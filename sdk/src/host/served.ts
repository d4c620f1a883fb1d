import { limits } from "@interval/proto";
import type { Serve } from "../io/method.ts";

/** How many ended runs keep their tables; the oldest give way. */
const maxRuns = 500;

/** What ended runs still show: their tables are served until their server closes the run, at most half an hour. */
export class Served {
  readonly #runs = new Map<string, { served: ReadonlyMap<string, Serve>; timer: NodeJS.Timeout }>();

  /** Keeps what a run shows. */
  keep(runId: string, served: ReadonlyMap<string, Serve>): void {
    if (served.size === 0) return;
    const timer = setTimeout(() => this.drop(runId), limits.shownAfterEndMs);
    timer.unref();
    this.#runs.set(runId, { served, timer });
    const [oldest] = this.#runs.keys();
    if (this.#runs.size > maxRuns && oldest !== undefined) this.drop(oldest);
  }

  /** What answers the fetches of a component; undefined when what was shown is no longer alive. */
  serving(runId: string, callKey: string, componentKey: string): Serve | undefined {
    return this.#runs.get(runId)?.served.get(`${callKey}\n${componentKey}`);
  }

  drop(runId: string): void {
    clearTimeout(this.#runs.get(runId)?.timer);
    this.#runs.delete(runId);
  }

  dropAll(): void {
    for (const runId of [...this.#runs.keys()]) this.drop(runId);
  }
}
