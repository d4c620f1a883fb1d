import { create } from "@bufbuild/protobuf";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import {
  foldRun,
  type Happening,
  limits,
  type RunEvent,
  RunEventSchema,
  type RunState,
  reduceRun,
} from "@interval/proto";
import type { JournalStore, RunRecord } from "../../store/store.ts";
import { isTransient } from "./decide.ts";

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

/** A host's frame does not follow the one before it. */
export class FrameGapError extends Error {
  override name = "FrameGapError";
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
  #pending: Pending[] = [];
  #working = false;
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
        for (const { reject } of [...batch, ...this.#takeFollowing(batch)]) reject(error);
      }
    }
    this.#working = false;
  }

  /** Takes out what hosts have said after frames that could not be stored: it must not overtake them. Hosts send all of it again. */
  #takeFollowing(failed: Pending[]): Pending[] {
    const hosts = new Set(failed.map(({ command }) => command.host?.epoch));
    const follows = ({ command }: Pending) => command.host !== undefined && hosts.has(command.host.epoch);
    const following = this.#pending.filter(follows);
    this.#pending = this.#pending.filter((pending) => !follows(pending));
    return following;
  }

  async #commit(batch: Pending[]): Promise<void> {
    let state = this.#state;
    const time = timestampNow();
    const events: RunEvent[] = [];
    const stored: RunEvent[] = [];
    const done: Pending[] = [];
    const requestIds = new Set<string>();
    let host: RunCommand["host"];
    let finishedBy: RunCommand | undefined;
    let sequence = this.#sequence;
    for (const pending of batch) {
      const { command } = pending;
      try {
        const isTwin = command.requestId !== undefined && requestIds.has(command.requestId);
        if (isTwin || (await this.#isDuplicate(command.host, host))) {
          done.push(pending);
          continue;
        }
        await command.before;
        for (const happening of command.decide(state)) {
          const transient = isTransient(state, happening);
          const event = create(RunEventSchema, { sequence: BigInt(transient ? 0 : ++sequence), time, kind: happening });
          if (!transient) stored.push(event);
          events.push(event);
          if (happening.case === "finished") finishedBy = command;
          state = reduceRun(state, event);
        }
        if (command.requestId) requestIds.add(command.requestId);
        if (command.host) host = command.host;
        done.push(pending);
      } catch (error) {
        // A request that was done before is answered with the state, whatever it would meet now.
        if (await this.#wasDone(command)) done.push(pending);
        else pending.reject(error);
      }
    }
    if (stored.length > 0 && !(await this.#append({ events: stored, state, host, requestIds: [...requestIds] }, done)))
      return;
    if (host) this.#hostSequences.set(host.epoch, host.sequence);
    this.#state = state;
    this.#sequence = sequence;
    this.#onCommitted(this, { events, commands: done.map(({ command }) => command), finishedBy });
    for (const { resolve } of done) resolve(state);
    if (Math.floor(sequence / limits.snapshotEvents) > Math.floor((sequence - stored.length) / limits.snapshotEvents)) {
      await this.#journal.writeSnapshot(this.id, state);
    }
  }

  /** Appends what was decided. When somebody else was faster, or a request was done before, the commands are decided anew. */
  async #append(
    {
      events,
      state,
      host,
      requestIds,
    }: { events: RunEvent[]; state: RunState; host: RunCommand["host"]; requestIds: string[] },
    done: Pending[],
  ): Promise<boolean> {
    const run = state.run;
    if (!run) throw new Error(`The run ${this.id} has no first event.`);
    const hostInstanceId = state.hostInstanceId || null;
    const append = { runId: this.id, after: this.#sequence, events, run, hostInstanceId, host, requestIds };
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

  async #isDuplicate(host: RunCommand["host"], before: RunCommand["host"]): Promise<boolean> {
    if (!host) return false;
    const last = before?.epoch === host.epoch ? before.sequence : await this.hostSequence(host.epoch);
    if (host.sequence > last + 1) {
      throw new FrameGapError(`The host's frame ${host.sequence} came after its frame ${last}: frames are missing.`);
    }
    return host.sequence <= last;
  }

  async #reload(): Promise<void> {
    const record = await this.#journal.readRun(this.id);
    if (!record) throw new Error(`The run ${this.id} is gone.`);
    this.#state = (await readState(this.#journal, record)).state;
    this.#sequence = record.sequence;
    this.#hostSequences.clear();
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
