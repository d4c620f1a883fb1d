import type { RunCommand } from "./actor.ts";

type Frame = NonNullable<RunCommand["host"]>;

/** A frame does not follow the one before it, which was not refused: its host has left one out. */
export class FrameGapError extends Error {
  override name = "FrameGapError";
}

/** A frame waits for one before it that could not be stored: its host has to send both again. */
class FrameDelayedError extends Error {
  override name = "FrameDelayedError";
}

/** A frame that can never be taken. Its run has failed; the host goes on with its other runs. */
export class FrameRefusedError extends Error {
  override name = "FrameRefusedError";
}

/**
 * Keeps the frames of a run in order: after one that could not be taken for a passing reason, none of the same epoch is taken until that one
 * has come again.
 */
export class FrameOrder {
  /** The sequences that have to come again, by epoch. */
  readonly #delayed = new Map<number, Set<number>>();

  /** A frame could not be taken; its host sends it again. */
  delay({ epoch, sequence }: Frame): void {
    this.#delayed.set(epoch, (this.#delayed.get(epoch) ?? new Set()).add(sequence));
  }

  /**
   * Throws when a frame does not follow the one before it.
   *
   * @param last the last frame of the epoch that was taken, as far as is known
   * @param isExact whether none was taken after that one: frames that leave nothing in the journal are forgotten with the state in memory
   * @throws {FrameDelayedError} when it would overtake one that has to come again
   * @throws {FrameGapError} when others are missing
   */
  check({ epoch, sequence }: Frame, last: number, isExact: boolean): void {
    for (const delayed of this.#delayed.get(epoch) ?? []) {
      if (delayed <= last || delayed >= sequence) continue;
      throw new FrameDelayedError(`The host's frame ${sequence} waits for its frame ${delayed}, which was not stored.`);
    }
    if (isExact && sequence > last + 1) {
      throw new FrameGapError(`The host's frame ${sequence} came after its frame ${last}: frames are missing.`);
    }
  }

  /** A frame is stored, and with it all before it. */
  taken({ epoch, sequence }: Frame): void {
    const delayed = this.#delayed.get(epoch);
    for (const each of delayed ?? []) if (each <= sequence) delayed?.delete(each);
    if (delayed?.size === 0) this.#delayed.delete(epoch);
  }
}
