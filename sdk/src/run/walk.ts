import { DivergenceError } from "../errors.ts";
import type { Asked } from "./divergence.ts";
import { orAborted } from "./or-aborted.ts";
import type { Replay } from "./replay.ts";
import type { Member, RecordedMember } from "./sequence.ts";

/** What a walk needs of its run. */
interface WalkedRun {
  replay: Replay;
  durable: boolean;
  signal: AbortSignal;
  /** Ends the run, whatever the program makes of the error. */
  diverged(error: DivergenceError): void;
  /** Told when the program does something for the first time. */
  live(): void;
}

/** The way of a run's program along what the run has recorded. Where the two no longer agree, the run ends. */
export class Walk {
  readonly #run: WalkedRun;

  constructor(run: WalkedRun) {
    this.#run = run;
  }

  /** How many members of the sequence had ended for the program by now; undefined where nothing is replayed. */
  get begunAfter(): number | undefined {
    return this.#run.durable ? this.#run.replay.begunAfter : undefined;
  }

  /** Whether something is recorded under this key, at whatever place. */
  has(what: Member, key: string): boolean {
    return this.#run.replay.has(what, key);
  }

  /**
   * The program asks for a member of the sequence: gives what is recorded of it; undefined for what it does for the first time. It is a promise where
   * the member comes too early.
   */
  reach(asked: Asked): RecordedMember | undefined | Promise<RecordedMember | undefined> {
    const reached = this.agree(() => this.#run.replay.reach(asked));
    if (!(reached instanceof Promise)) return this.#arrived(reached);
    return orAborted(this.#run.signal, reached).then((member) => this.#arrived(member));
  }

  /** The same for what cannot wait. */
  reachNow(asked: Asked): RecordedMember | undefined {
    return this.agree(() => this.#run.replay.reachNow(asked));
  }

  /** Gives what is recorded of a member, when those that ended before it were given. */
  giveInTurn<T>(member: RecordedMember, work: () => Promise<T>): Promise<T> {
    const given = this.agree(() => this.#run.replay.inTurn(member, work));
    return orAborted(this.#run.signal, given);
  }

  /** A member ends: it is being recorded. */
  ended(): void {
    this.#run.replay.ended();
  }

  /** The program has ended, perhaps by an error. Rejects when the record goes further. */
  end(cause?: unknown): Promise<void> {
    const ended = this.agree(() => this.#run.replay.end(cause));
    return orAborted(this.#run.signal, ended);
  }

  /** Does what may find that the program does not agree with the record. */
  agree<T>(work: () => T): T {
    try {
      const given = work();
      return given instanceof Promise ? (given.catch((error: unknown) => this.#fail(error)) as T) : given;
    } catch (error) {
      return this.#fail(error);
    }
  }

  #arrived(member: RecordedMember | undefined): RecordedMember | undefined {
    if (!member) this.#run.live();
    return member;
  }

  #fail(error: unknown): never {
    if (error instanceof DivergenceError) this.#run.diverged(error);
    throw error;
  }
}
