import { limits } from "@interval/proto";
import { type CallSite, captureCallSite, readCallSite } from "./call-site.ts";

/** What the developer is told of a promise that was not used. */
interface Told {
  /** The method with its label, such as `io.confirm "Delete?"`. */
  name: () => string;
  /** What came of it and what to do, after the name in a sentence. */
  fault: string;
}

/** A promise that a program has made, until it is used. */
export class Made {
  readonly #among: Set<Made>;
  readonly #told: Told;
  readonly #site: CallSite;

  constructor(among: Set<Made>, told: Told, site: CallSite) {
    this.#among = among;
    this.#told = told;
    this.#site = site;
    among.add(this);
  }

  /** The program awaits it, or has put it where it belongs. */
  use(): void {
    this.#among.delete(this);
  }

  /** The sentence for the developer. */
  toSentence(): string {
    const { name, fault } = this.#told;
    const site = readCallSite(this.#site);
    return `${name()}${site ? ` (${site})` : ""} ${fault}`;
  }
}

/** The promises of one handler that are not used yet. One that is left at its end was forgotten. */
export class Unused {
  readonly #made = new Set<Made>();
  #isOver = false;

  /**
   * Remembers a promise, if there is room.
   * @param below the function that calls this, which the public method has called directly
   */
  add(told: Told, below: (...args: never[]) => unknown): Made | undefined {
    if (this.#isOver || this.#made.size >= limits.unusedPromises.remembered) return undefined;
    return new Made(this.#made, told, captureCallSite(below));
  }

  /**
   * The handler has ended, and nothing is remembered any more.
   *
   * @param signal an interrupted handler could not use what it had made
   * @returns a sentence for each promise that was forgotten, equal ones folded
   */
  end({ aborted }: AbortSignal): string[] {
    this.#isOver = true;
    const counts = new Map<string, number>();
    for (const made of aborted ? [] : this.#made) {
      const sentence = made.toSentence();
      counts.set(sentence, (counts.get(sentence) ?? 0) + 1);
    }
    this.#made.clear();
    const { told } = limits.unusedPromises;
    const sentences = [...counts].map(([sentence, count]) => (count > 1 ? `${count} times: ${sentence}` : sentence));
    const more = sentences.length - told;
    return more > 0 ? [...sentences.slice(0, told), `${more} more promises were not awaited.`] : sentences;
  }
}
