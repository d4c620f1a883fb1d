import type { MessageInitShape } from "@bufbuild/protobuf";
import type { WatchUpdateSchema } from "@interval/proto";

/** What a subscription is sent. */
export type UpdateKind = MessageInitShape<typeof WatchUpdateSchema>["kind"];

/**
 * One topic of a watch, from the request for it until it is taken off, replaced or too slow, or its watch ends. What ends with it is
 * registered by {@link onEnd}, and ended at once where the subscription is over already: nothing outlives it, whatever it waited for.
 */
export class Subscription {
  readonly #push: (kinds: UpdateKind[]) => void;
  readonly #ends: Array<() => void> = [];
  #ended = false;

  /** @param push puts updates into the watch's queue */
  constructor(push: (kinds: UpdateKind[]) => void) {
    this.#push = push;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Registers what ends with the subscription. */
  onEnd(end: () => void): void {
    if (this.#ended) end();
    else this.#ends.push(end);
  }

  /** Sends updates that belong together, unless the subscription has ended. */
  readonly send = (...kinds: UpdateKind[]): void => {
    if (!this.#ended) this.#push(kinds);
  };

  /** Ends, and tells the viewer to subscribe again. */
  resync(reason: string): void {
    this.send({ case: "resync", value: { reason } });
    this.end();
  }

  end(): void {
    this.#ended = true;
    for (const end of this.#ends.splice(0)) end();
  }
}
