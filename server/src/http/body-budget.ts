/** What requests may hold at once, for one owner and in all. */
export interface BodyLimits {
  /** Bytes of one owner. */
  each: number;
  /** Bytes in all. */
  all: number;
  /** Open requests of one owner. */
  requests: number;
}

/** A request that would exceed the budget: nothing is wrong with it, there is only no room now. */
export class BodyBudgetError extends Error {
  override name = "BodyBudgetError";
}

/** What one open request holds. */
export interface HeldBody {
  /** @throws {BodyBudgetError} when there is no room for so many more bytes */
  add(bytes: number): void;
  /** Gives back the bytes that are held. */
  release(): void;
  /** The request is over. */
  close(): void;
}

interface Owned {
  bytes: number;
  requests: number;
}

/** Counts the bytes of request bodies that are held in memory, and the requests that are open, by owner. */
export class BodyBudget {
  readonly #limits: BodyLimits;
  readonly #owners = new Map<string, Owned>();
  #all = 0;

  constructor(limits: BodyLimits) {
    this.#limits = limits;
  }

  /** Bytes that are held now. */
  get held(): number {
    return this.#all;
  }

  /**
   * @param owner a caller or an address
   * @throws {BodyBudgetError} when the owner has too many requests open
   */
  open(owner: string): HeldBody {
    const owned = this.#owners.get(owner) ?? { bytes: 0, requests: 0 };
    if (owned.requests >= this.#limits.requests) {
      throw new BodyBudgetError(`You have ${owned.requests} requests open. Wait for their answers, then try again.`);
    }
    owned.requests++;
    this.#owners.set(owner, owned);
    let own = 0;
    let isOpen = true;
    const take = (bytes: number) => {
      own += bytes;
      owned.bytes += bytes;
      this.#all += bytes;
    };
    return {
      add: (bytes) => {
        this.#assertRoom(owned, bytes);
        take(bytes);
      },
      release: () => take(-own),
      close: () => {
        if (!isOpen) return;
        isOpen = false;
        take(-own);
        owned.requests--;
        if (owned.requests === 0) this.#owners.delete(owner);
      },
    };
  }

  #assertRoom(owned: Owned, bytes: number): void {
    const { each, all } = this.#limits;
    if (owned.bytes + bytes > each) {
      throw new BodyBudgetError(
        `Your requests may hold ${each} bytes at once, and hold ${owned.bytes}. Wait for their answers, then try again.`,
      );
    }
    if (this.#all + bytes > all) {
      throw new BodyBudgetError(`The server may hold ${all} bytes of requests at once. Try again in a moment.`);
    }
  }
}
