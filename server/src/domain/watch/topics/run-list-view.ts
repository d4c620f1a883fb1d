import { fitsFilter, type Run, type RunFilter } from "@interval/proto";
import type { JournalStore, RunReach } from "../../../store/store.ts";
import type { RunListNews } from "../../runs/runs.ts";
import type { Subscription } from "../subscription.ts";

/**
 * One viewer's list of runs, told what becomes of them. Whether a run fits is decided from the run itself; the text, which only the store
 * knows, is looked up there for all runs that have changed meanwhile at once.
 */
export class RunListView {
  readonly #journal: JournalStore;
  readonly #reach: RunReach;
  readonly #filter: RunFilter;
  readonly #subscription: Subscription;
  /** Runs whose text has to be looked up, and those for which that is being done, as they are now. */
  #waiting = new Map<string, Run>();
  #asked = new Map<string, Run>();
  #asking = false;

  constructor(journal: JournalStore, reach: RunReach, filter: RunFilter, subscription: Subscription) {
    this.#journal = journal;
    this.#reach = reach;
    this.#filter = filter;
    this.#subscription = subscription;
  }

  /** A run of the scope is new or has changed. */
  tell({ run, startedByUserId }: RunListNews): void {
    const only = this.#reach.startedByUserId;
    if (only !== null && startedByUserId !== only) return;
    this.#waiting.delete(run.id);
    this.#asked.delete(run.id);
    if (!fitsFilter(this.#filter, run, startedByUserId)) {
      this.#unfit(run);
    } else if (this.#filter.text === "") {
      this.#fit(run);
    } else {
      this.#waiting.set(run.id, run);
      if (!this.#asking) void this.#ask();
    }
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    try {
      while (this.#waiting.size > 0) {
        this.#asked = this.#waiting;
        this.#waiting = new Map();
        const found = await this.#journal.findByText([...this.#asked.keys()], this.#filter.text);
        for (const run of this.#asked.values()) found.has(run.id) ? this.#fit(run) : this.#unfit(run);
      }
    } catch {
      this.#subscription.resync("The runs could not be searched.");
    }
    this.#asking = false;
  }

  #fit(run: Run): void {
    this.#subscription.send({ case: "run", value: run });
  }

  #unfit({ id }: Run): void {
    this.#subscription.send({ case: "runUnfit", value: { runId: id } });
  }
}
