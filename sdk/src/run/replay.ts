import type { CancelRequested, LineLogged, Loading, RunEvent } from "@interval/proto";
import { type CallState, CallStatus, limits, lineMark } from "@interval/proto";
import { type Asked, diverged } from "./divergence.ts";
import { Patience } from "./patience.ts";
import { Prefix } from "./prefix.ts";
import { identityOf, isOneByOne, type Member, type RecordedMember, readSequence, type Sequence } from "./sequence.ts";

/** A member that the program asks for and may not have yet. */
interface Held {
  asked: Asked | undefined;
  /** Whether it may go on now. */
  isReady: () => boolean;
  resolve: () => void;
  reject: (error: unknown) => void;
  /** Why the program has ended, where an error ended it. */
  cause?: unknown;
}

/**
 * Walks a program that is executed again along what its run has recorded, by the first rules.
 *
 * - What the program asks must be the record's next, or have been begun together with it: all that had ended when it was begun comes before it.
 * - What is not recorded is done for the first time, once everything recorded was asked for.
 * - Recorded answers and results are given in the order in which they were given before, so that a race has the same winner.
 *
 * Programs do other things meanwhile, so that what was begun together may be asked for at different times: what comes too early is held for a
 * while. When nothing happens in that time, the program has diverged. A run that is executed for the first time has recorded nothing.
 */
export class Replay {
  readonly #sequence: Sequence;
  readonly #found: ReadonlyMap<string, RecordedMember>;
  readonly #reached = new Set<RecordedMember>();
  /** The ends that the program has been given. */
  readonly #given = new Prefix();
  /** The ends that the program has gone on with: the next one is given after that. */
  readonly #passed = new Prefix();
  /** The ends of the members that were asked for. */
  readonly #reachedEnds = new Prefix();
  /** How many members must be asked for before something new may be. */
  #left: number;
  /** How many ends are known: those recorded, and those of this execution. */
  #ends: number;
  /** Whether results are given in their recorded order. */
  #isOrdered = true;
  #isLive: boolean;
  #turns: Array<{ isReady: () => boolean; resolve: () => void }> = [];
  #held: Held[] = [];
  readonly #isOneByOne: boolean;
  readonly #patience: Patience;
  readonly #lines = new Map<bigint, number>();

  constructor(events: readonly RunEvent[] = [], lines: readonly bigint[] = []) {
    this.#sequence = readSequence(events);
    const { members, ends } = this.#sequence;
    this.#found = new Map(members.map((member) => [identityOf(member.what, member.key), member]));
    this.#left = members.filter(({ isWithdrawn }) => !isWithdrawn).length;
    this.#ends = ends;
    this.#isLive = this.#left === 0;
    this.#isOneByOne = isOneByOne(this.#sequence);
    this.#patience = new Patience(this.#isOneByOne ? limits.replay.nextMs : limits.replay.togetherMs, () =>
      this.#stalled(),
    );
    for (const mark of lines) this.#lines.set(mark, (this.#lines.get(mark) ?? 0) + 1);
  }

  /** Whether the program does again what it has done before. */
  get isReplaying(): boolean {
    return !this.#isLive && this.#left > 0;
  }

  /** How many ends the program has been given: what it begins now comes after them. */
  get begunAfter(): number {
    return this.#given.length;
  }

  /** The program does something for the first time. */
  goLive(): void {
    this.#isLive = true;
  }

  /** Whether something is recorded under this key. It has not to be what the record holds next. */
  has(what: Member, key: string): boolean {
    return this.#found.has(identityOf(what, key));
  }

  /**
   * The program asks for a member: gives what is recorded of it, and undefined for what it does for the first time. It is a promise where the
   * member comes too early.
   *
   * @throws {DivergenceError} or rejects with it, where the record holds something else at this place
   */
  reach(asked: Asked): RecordedMember | undefined | Promise<RecordedMember | undefined> {
    const member = this.#found.get(identityOf(asked.what, asked.key));
    const isReady = () => this.#mayReach(member);
    if (isReady()) return this.#take(member);
    return this.#hold({ asked, isReady }).then(() => this.#take(member));
  }

  /**
   * The same for what cannot wait, such as the time. Where several things were in progress at once, what comes too early is taken as it comes.
   * @throws {DivergenceError} where the record holds something else at this place
   */
  reachNow(asked: Asked): RecordedMember | undefined {
    const member = this.#found.get(identityOf(asked.what, asked.key));
    if (!this.#mayReach(member) && this.#isOneByOne) throw this.#diverge(asked);
    const taken = this.#take(member);
    if (taken?.end !== undefined) this.#give(taken.end);
    return taken;
  }

  /** The program has ended, by itself or by an error. Everything recorded must have been asked for. */
  async end(cause?: unknown): Promise<void> {
    const isReady = () => this.#left === 0;
    if (!isReady()) await this.#hold({ asked: undefined, isReady, cause });
  }

  /**
   * Resolves with what a recorded member gave, when its turn has come.
   * @param work finds it out, which may take a while
   */
  async inTurn<T>({ end }: RecordedMember, work: () => Promise<T>): Promise<T> {
    this.#patience.pause();
    const found = await Promise.allSettled([work()]);
    this.#patience.resume();
    if (end !== undefined) {
      await this.#turn(() => this.#passed.length >= end - 1);
      this.#given.add(end);
      setImmediate(() => this.#pass(end));
    }
    const [outcome] = found;
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  }

  /** Resolves once everything recorded was given: no new answer overtakes it. */
  afterRecorded(): Promise<void> | undefined {
    const { ends } = this.#sequence;
    return this.#passed.length >= ends ? undefined : this.#turn(() => this.#passed.length >= ends);
  }

  /** A member ends in this execution: it is about to be recorded as the next end, and the program has it. */
  ended(): void {
    this.#give(++this.#ends);
  }

  /** Something was found that the record does not agree with. */
  disagree(member: RecordedMember, asked: Asked, why: string): Error {
    return diverged([member], asked, { at: member.number, why });
  }

  /** Nothing is held or waits for its turn any more. */
  stop(): void {
    this.#patience.end();
  }

  /** Whether a line that is logged now was logged before. */
  hasLine(line: LineLogged): boolean {
    if (this.#lines.size === 0) return false;
    const mark = lineMark(line);
    const left = this.#lines.get(mark);
    if (left === undefined) return false;
    if (left > 1) this.#lines.set(mark, left - 1);
    else this.#lines.delete(mark);
    return true;
  }

  /** A display that was shown before. */
  shown(key: string): CallState | undefined {
    return this.#sequence.state.calls.find(({ call, status }) => call?.key === key && status === CallStatus.SHOWN);
  }

  /** What the program was last said to be doing. */
  get loading(): Loading | undefined {
    return this.#sequence.state.loading;
  }

  get cancelRequested(): CancelRequested | undefined {
    return this.#sequence.state.cancelRequested;
  }

  /** What is recorded has its place after what had ended when it was begun; what is not, after everything. */
  #mayReach(member: RecordedMember | undefined): boolean {
    return member ? this.#reachedEnds.length >= member.begunAfter : this.#left === 0;
  }

  #take(member: RecordedMember | undefined): RecordedMember | undefined {
    if (!member || this.#reached.has(member)) return member;
    this.#reached.add(member);
    if (!member.isWithdrawn) this.#left--;
    if (member.end !== undefined) this.#reachedEnds.add(member.end);
    this.#goOn();
    return member;
  }

  #give(end: number): void {
    this.#given.add(end);
    this.#pass(end);
  }

  #pass(end: number): void {
    this.#passed.add(end);
    this.#goOn();
  }

  async #turn(isReady: () => boolean): Promise<void> {
    if (!this.#isOrdered || isReady()) return;
    await new Promise<void>((resolve) => {
      this.#turns.push({ isReady, resolve });
      this.#patience.begin();
    });
  }

  #hold(held: Omit<Held, "resolve" | "reject">): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#held.push({ ...held, resolve, reject });
      this.#patience.begin();
    });
  }

  /** Something has happened: lets go what waited for it. */
  #goOn(): void {
    const isWaiting = ({ isReady, resolve }: { isReady: () => boolean; resolve: () => void }) => {
      if (!isReady()) return true;
      resolve();
      return false;
    };
    this.#held = this.#held.filter(isWaiting);
    this.#turns = this.#turns.filter(isWaiting);
    if (this.#held.length + this.#turns.length > 0) this.#patience.begin();
    else this.#patience.end();
  }

  /** Nothing has happened for a while: what waits for its turn has it; what is held will never come to its place. */
  #stalled(): void {
    if (this.#turns.length > 0) {
      this.#isOrdered = false;
      for (const { resolve } of this.#turns.splice(0)) resolve();
      if (this.#held.length > 0) this.#patience.begin();
      return;
    }
    for (const { asked, cause, reject } of this.#held.splice(0)) reject(this.#diverge(asked, cause));
  }

  #diverge(asked: Asked | undefined, cause?: unknown): Error {
    const { members } = this.#sequence;
    const left = members.filter((member) => !member.isWithdrawn && !this.#reached.has(member));
    const next = left.filter(({ begunAfter }) => begunAfter <= this.#reachedEnds.length);
    return diverged(next, asked, { at: this.#reached.size + 1, cause });
  }
}
