/** How turns are shared, in milliseconds. */
export interface FairTurnsOptions {
  /** What a caller may owe before it waits. */
  creditMs: number;
  /** The most that one turn costs. */
  mostMs: number;
  /** How long a caller counts as active after its last message. */
  workingMs: number;
}

/** What one caller waits for, and what it owes. */
interface Lane {
  waiting: Array<() => void>;
  /** What it owed at `settledAt`. It owes less as time passes. */
  owedMs: number;
  settledAt: number;
  askedAt: number;
}

/**
 * Shares the one thread that reads and acts on what callers send. A message is read in one turn of the event loop, one message at a time, and
 * callers take turns. While others work, whoever had a long turn waits before the next one: a turn of 10 ms costs 100 ms, one of 1 ms costs 1 ms.
 * The cost is the square: a request of another caller is more likely to arrive during a long turn, and then waits longer for its end.
 */
export class FairTurns {
  readonly #options: FairTurnsOptions;
  readonly #now: () => number;
  /** In the order in which they have their turns. */
  readonly #lanes = new Map<string, Lane>();
  #isTurn = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param now the time, in milliseconds */
  constructor(options: FairTurnsOptions, now: () => number = () => performance.now()) {
    this.#options = options;
    this.#now = now;
  }

  /** Resolves at the beginning of the caller's turn, which lasts until all that follows at once is done. */
  take(caller: string): Promise<void> {
    return new Promise((resolve) => {
      this.#laneOf(caller).waiting.push(resolve);
      this.#turn();
    });
  }

  /** Gives the next caller a turn, and measures it: between two immediates of one round, Node does what follows from the first one alone. */
  #turn(): void {
    if (this.#isTurn) return;
    this.#isTurn = true;
    clearTimeout(this.#timer);
    let lane: Lane | undefined;
    let from = 0;
    setImmediate(() => {
      lane = this.#nextLane();
      from = this.#now();
      lane?.waiting.shift()?.();
    });
    setImmediate(() => {
      this.#isTurn = false;
      if (lane) this.#charge(lane, this.#now() - from);
      this.#goOn();
    });
  }

  /** Whose turn it is. Its next one comes after all others'. */
  #nextLane(): Lane | undefined {
    for (const [caller, lane] of this.#lanes) {
      if (lane.waiting.length === 0 || !this.#mayGo(lane)) continue;
      this.#lanes.delete(caller);
      this.#lanes.set(caller, lane);
      return lane;
    }
    return undefined;
  }

  #charge(lane: Lane, spentMs: number): void {
    lane.owedMs = this.#owedBy(lane) + Math.min(spentMs ** 2, this.#options.mostMs);
    lane.settledAt = this.#now();
  }

  #goOn(): void {
    const waiting = [...this.#lanes.values()].filter((lane) => lane.waiting.length > 0);
    if (waiting.length === 0) return;
    if (waiting.some((lane) => this.#mayGo(lane))) {
      this.#turn();
    } else {
      const soonestMs = Math.min(...waiting.map((lane) => this.#owedBy(lane) - this.#options.creditMs));
      this.#timer = setTimeout(() => this.#turn(), soonestMs).unref();
    }
  }

  #mayGo(lane: Lane): boolean {
    return this.#owedBy(lane) <= this.#options.creditMs || !this.#othersWork(lane);
  }

  /** Whether another caller is active. Those that owe too much themselves do not count. */
  #othersWork(lane: Lane): boolean {
    const { creditMs, workingMs } = this.#options;
    const since = this.#now() - workingMs;
    for (const other of this.#lanes.values()) {
      if (other !== lane && other.askedAt >= since && this.#owedBy(other) <= creditMs) return true;
    }
    return false;
  }

  #owedBy({ owedMs, settledAt }: Lane): number {
    return Math.max(0, owedMs - (this.#now() - settledAt));
  }

  #laneOf(caller: string): Lane {
    const now = this.#now();
    let lane = this.#lanes.get(caller);
    if (!lane) {
      this.#forgetIdle(now);
      lane = { waiting: [], owedMs: 0, settledAt: now, askedAt: now };
      this.#lanes.set(caller, lane);
    }
    lane.askedAt = now;
    return lane;
  }

  #forgetIdle(now: number): void {
    for (const [caller, lane] of this.#lanes) {
      const isIdle = lane.waiting.length === 0 && now - lane.askedAt > this.#options.workingMs;
      if (isIdle && this.#owedBy(lane) === 0) this.#lanes.delete(caller);
    }
  }
}
