import { FailureReason, foldRun, type Happening, limits, type RunEvent, type RunState } from "@interval/proto";
import type { JournalStore, RunRecord } from "../../store/store.ts";
import { NotFoundError } from "../errors.ts";
import { decideFailed, epochOf } from "./decide.ts";
import { Draft } from "./draft.ts";
import { FrameGapError, FrameOrder, FrameRefusedError } from "./frame-order.ts";

/** Something to be done to a run. */
export interface RunCommand {
  /** Says what happens, or throws why it cannot. Called again when the run has moved on meanwhile. */
  decide: (state: RunState) => Happening[];
  /** What must be known before it can be decided. */
  before?: Promise<unknown>;
  /** Done once, however often it is asked. */
  requestId?: string;
  /** The host's frame that it comes from: one that was stored before is dropped. */
  host?: { epoch: number; sequence: number };
}

/** What became of a batch of commands, once it is durable. */
export interface Committed {
  events: RunEvent[];
  commands: RunCommand[];
  /** The command that ended the run, if one did. */
  finishedBy: RunCommand | undefined;
}

interface Pending {
  command: RunCommand;
  resolve: (state: RunState) => void;
  reject: (error: unknown) => void;
  /** A host's frame that can never be taken. It counts as heard, and is rejected once the end of its run is durable. */
  fault?: FrameRefusedError | undefined;
}

/**
 * One live run: its folded state, and the order in which things happen to it. Commands that arrive while a commit is on its way share the
 * next one. What happened is told only after it is durable.
 */
export class RunActor {
  readonly id: string;
  readonly scope: RunRecord["scope"];
  readonly startedByUserId: string | null;
  /** When it was last used, on the monotonic clock. */
  usedAt = performance.now();
  #state: RunState;
  #sequence: number;
  #hostSequences = new Map<number, number>();
  /** Epochs whose last frame is known, and not only the last one that left something in the journal. */
  readonly #heardSinceLoaded = new Set<number>();
  #pending: Pending[] = [];
  #working = false;
  readonly #order = new FrameOrder();
  readonly #journal: JournalStore;
  readonly #onCommitted: (actor: RunActor, committed: Committed) => void;

  /** Why what is stored of the run cannot be read whole; `undefined` where it can. */
  readonly fault: string | undefined;

  private constructor(
    journal: JournalStore,
    record: RunRecord,
    { state, fault }: StoredState,
    onCommitted: (actor: RunActor, committed: Committed) => void,
  ) {
    this.id = record.run.id;
    this.scope = record.scope;
    this.startedByUserId = record.startedByUserId;
    this.#journal = journal;
    this.fault = fault;
    this.#state = state;
    this.#sequence = record.sequence;
    this.#onCommitted = onCommitted;
  }

  /** Brings a run to life from its journal. */
  static async load(
    journal: JournalStore,
    record: RunRecord,
    onCommitted: (actor: RunActor, committed: Committed) => void,
  ): Promise<RunActor> {
    return new RunActor(journal, record, await readState(journal, record), onCommitted);
  }

  /** A run that was made just now, with its first events. */
  static fresh(
    journal: JournalStore,
    record: RunRecord,
    events: readonly RunEvent[],
    onCommitted: (actor: RunActor, committed: Committed) => void,
  ): RunActor {
    const actor = new RunActor(journal, record, { state: foldRun(events), fault: undefined }, onCommitted);
    actor.#heard(epochOf(actor.state), 0);
    return actor;
  }

  get state(): RunState {
    return this.#state;
  }

  get isIdle(): boolean {
    return !this.#working && this.#pending.length === 0;
  }

  /** The last frame of an epoch's host that is stored. */
  async hostSequence(epoch: number): Promise<number> {
    const known = this.#hostSequences.get(epoch);
    if (known !== undefined) return known;
    const stored = await this.#journal.readHostSequence(this.id, epoch);
    const sequence = Math.max(stored, this.#hostSequences.get(epoch) ?? 0);
    this.#hostSequences.set(epoch, sequence);
    return sequence;
  }

  /** Resolves with the run's state once what the command decides is durable; rejects with what it throws. */
  submit(command: RunCommand): Promise<RunState> {
    this.usedAt = performance.now();
    command.before?.catch(() => undefined); // it may fail long before it is its turn, which says so
    return new Promise((resolve, reject) => {
      this.#pending.push({ command, resolve, reject });
      if (!this.#working) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#working = true;
    while (this.#pending.length > 0) {
      const batch = this.#pending.splice(0);
      try {
        await this.#commit(batch);
      } catch (error) {
        for (const { command, reject } of batch) {
          if (command.host) this.#delay(command.host);
          reject(error);
        }
      }
    }
    this.#working = false;
  }

  async #commit(batch: Pending[]): Promise<void> {
    const draft = new Draft(this.#state, this.#sequence);
    const done: Pending[] = [];
    for (const [i, pending] of batch.entries()) {
      const { host } = pending.command;
      if (host && draft.host && host.epoch !== draft.host.epoch) {
        // One append notes how far one host has come: the frames of another epoch go into the next.
        this.#pending = [...batch.splice(i), ...this.#pending];
        break;
      }
      try {
        await (host ? this.#takeFrame(pending, host, draft) : this.#take(pending, draft));
        done.push(pending);
      } catch (error) {
        pending.reject(error);
      }
    }
    const { events, stored, finishedBy } = draft;
    if (stored.length > 0 && !(await this.#append(draft, done))) return;
    if (draft.host) {
      this.#heard(draft.host.epoch, draft.host.sequence);
      this.#order.taken(draft.host);
    }
    const { state, sequence } = draft;
    this.#state = state;
    this.#sequence = sequence;
    this.#onCommitted(this, { events, commands: done.map(({ command }) => command), finishedBy });
    for (const { resolve, reject, fault } of done) fault ? reject(fault) : resolve(state);
    if (Math.floor(sequence / limits.snapshotEvents) > Math.floor((sequence - stored.length) / limits.snapshotEvents)) {
      // Without it the run is only slower to read, and the next one is tried anyway.
      await this.#journal.writeSnapshot(this.id, state).catch(() => undefined);
    }
  }

  async #take({ command }: Pending, draft: Draft): Promise<void> {
    if (command.requestId !== undefined && draft.requestIds.has(command.requestId)) return; // its twin is in the batch
    try {
      await command.before;
      draft.add(command, command.decide);
    } catch (error) {
      // A request that was done before is answered with the state, whatever it would meet now.
      if (!(await this.#wasDone(command))) throw error;
    }
  }

  /**
   * Takes a host's frame in its order. One that can never be taken ends its run. One that cannot be taken just now throws, and so do all that
   * follow it until it has come again.
   */
  async #takeFrame(pending: Pending, host: NonNullable<RunCommand["host"]>, draft: Draft): Promise<void> {
    const { command } = pending;
    try {
      const last = draft.host?.sequence ?? (await this.hostSequence(host.epoch));
      if (host.sequence <= last) return; // it comes again
      this.#order.check(host, last, draft.host !== undefined || this.#heardSinceLoaded.has(host.epoch));
      await command.before;
    } catch (error) {
      if (!(error instanceof FrameGapError)) this.#delay(host);
      throw error;
    }
    try {
      draft.add(command, command.decide);
      pending.fault = undefined;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const message = `The host sent something that this server cannot take: ${reason}`;
      pending.fault = new FrameRefusedError(message, { cause });
      draft.add(command, (state) => decideFailed(state, FailureReason.PROTOCOL, message));
    }
  }

  #heard(epoch: number, sequence: number): void {
    this.#hostSequences.set(epoch, sequence);
    this.#heardSinceLoaded.add(epoch);
  }

  /** A frame could not be taken just now. How far its host has come is read again: the store may have it in spite of its error. */
  #delay(host: NonNullable<RunCommand["host"]>): void {
    this.#order.delay(host);
    this.#hostSequences.delete(host.epoch);
    this.#heardSinceLoaded.delete(host.epoch);
  }

  /** Appends what was decided. When somebody else was faster, or a request was done before, the commands are decided anew. */
  async #append({ stored: events, state, host, requestIds }: Draft, done: Pending[]): Promise<boolean> {
    const run = state.run;
    if (!run) throw new Error(`The run ${this.id} has no first event.`);
    const hostInstanceId = state.hostInstanceId || null;
    const append = {
      runId: this.id,
      after: this.#sequence,
      events,
      run,
      hostInstanceId,
      host,
      requestIds: [...requestIds],
    };
    const [appended] = await this.#journal.append([append]);
    switch (appended?.outcome) {
      case "appended":
        return true;
      case "repeated":
        await this.#reload();
        await this.#decideAnew(done);
        return false;
      case "conflict":
        await this.#reload();
        this.#pending = [...done, ...this.#pending];
        return false;
      case undefined:
        throw new Error("The journal gave no answer.");
      default:
        return appended satisfies never;
    }
  }

  /** Puts commands back in their order, but those that were done before. */
  async #decideAnew(commands: Pending[]): Promise<void> {
    const again: Pending[] = [];
    for (const pending of commands) {
      if (await this.#wasDone(pending.command)) pending.resolve(this.#state);
      else again.push(pending);
    }
    this.#pending = [...again, ...this.#pending];
  }

  async #wasDone({ requestId }: RunCommand): Promise<boolean> {
    return requestId !== undefined && this.#journal.hasRequest(this.id, requestId);
  }

  async #reload(): Promise<void> {
    const record = await this.#journal.readRun(this.id);
    if (!record) throw new NotFoundError(`The run ${this.id} is gone.`);
    this.#state = (await readState(this.#journal, record)).state;
    this.#sequence = record.sequence;
    this.#hostSequences.clear();
    this.#heardSinceLoaded.clear();
  }
}

/** A run as its journal tells it, as far as that can be read. */
interface StoredState {
  state: RunState;
  fault: string | undefined;
}

async function readState(journal: JournalStore, record: RunRecord): Promise<StoredState> {
  const snapshot = await journal.readSnapshot(record.run.id);
  const unreadable: number[] = [];
  const events = await journal.readEvents(record.run.id, Number(snapshot?.sequence ?? 0), {
    onUnreadable: (sequence) => unreadable.push(sequence),
  });
  const folded = foldRun(events, snapshot);
  const { run = record.run } = folded;
  const what = unreadable.length > 0 ? `event ${unreadable.slice(0, 10).join(", ")}` : "the run itself";
  const fault =
    unreadable.length > 0 || record.unreadable ? `What is stored of this run cannot be read: ${what}.` : undefined;
  // Log lines are not read: the last event may be one.
  return { state: { ...folded, run, sequence: BigInt(record.sequence) }, fault };
}
