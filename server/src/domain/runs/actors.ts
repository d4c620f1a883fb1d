import { FailureReason, type RunEvent } from "@interval/proto";
import type { JournalStore, RunRecord } from "../../store/store.ts";
import type { Background } from "../background.ts";
import { type Committed, RunActor } from "./actor.ts";
import { decideFailed } from "./decide.ts";

/** How long a run that nobody uses keeps its folded state. */
const idleMs = 60_000;

/** The runs that are in memory: brought in when they are used, let go when they are idle. */
export class RunActors {
  readonly #actors = new Map<string, Promise<RunActor | undefined>>();
  readonly #journal: JournalStore;
  readonly #onCommitted: (actor: RunActor, committed: Committed) => void;
  readonly #isWatched: (runId: string) => boolean;
  readonly #sweeper: NodeJS.Timeout;

  constructor(
    journal: JournalStore,
    background: Background,
    onCommitted: (actor: RunActor, committed: Committed) => void,
    isWatched: (runId: string) => boolean,
  ) {
    this.#journal = journal;
    this.#onCommitted = onCommitted;
    this.#isWatched = isWatched;
    this.#sweeper = setInterval(
      () => background.run("the sweep of idle runs", () => this.#sweep()),
      idleMs / 2,
    ).unref();
  }

  /** The run, if there is one. */
  find(runId: string): Promise<RunActor | undefined> {
    const known = this.#actors.get(runId);
    if (known) return known;
    return this.#keep(runId, async () => {
      const record = await this.#journal.readRun(runId);
      if (!record) return undefined;
      const actor = await RunActor.load(this.#journal, record, this.#onCommitted);
      const { fault } = actor;
      // It cannot go on. What can be read of it is shown, with the reason.
      if (fault !== undefined) {
        await actor.submit({ decide: (state) => decideFailed(state, FailureReason.UNREADABLE, fault) });
      }
      return actor;
    });
  }

  /** A run that was made just now, with its first event: nothing of it has to be read. */
  add(record: RunRecord, events: RunEvent[]): RunActor {
    const actor = RunActor.fresh(this.#journal, record, events, this.#onCommitted);
    this.#actors.set(record.run.id, Promise.resolve(actor));
    return actor;
  }

  close(): void {
    clearInterval(this.#sweeper);
  }

  #keep(runId: string, load: () => Promise<RunActor | undefined>): Promise<RunActor | undefined> {
    const actor = load();
    this.#actors.set(runId, actor);
    const forget = () => {
      if (this.#actors.get(runId) === actor) this.#actors.delete(runId);
    };
    actor.then((found) => !found && forget(), forget);
    return actor;
  }

  async #sweep(): Promise<void> {
    const before = performance.now() - idleMs;
    for (const [runId, loading] of this.#actors) {
      const actor = await loading.catch(() => undefined);
      if (actor?.isIdle && actor.usedAt < before && !this.#isWatched(runId)) this.#actors.delete(runId);
    }
  }
}
