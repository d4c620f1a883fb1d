import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { BatchQueue, limits, type WatchUpdate, WatchUpdateSchema } from "@interval/proto";

type UpdateKind = MessageInitShape<typeof WatchUpdateSchema>["kind"];

/** One browser's stream: its subscriptions, and what waits to be sent. A viewer that is too slow has to subscribe again. */
export class Watch {
  readonly id: string;
  /** Who opened it: a session or key, which alone may subscribe. */
  readonly owner: string;
  readonly updates = new BatchQueue<WatchUpdate>({
    sizeOf: (update) => toBinary(WatchUpdateSchema, update).length,
    batchBytes: limits.batchBytes,
    maxBytes: limits.viewerQueueBytes,
  });
  readonly #subscriptions = new Map<string, () => void>();

  constructor(id: string, owner: string) {
    this.id = id;
    this.owner = owner;
  }

  /**
   * Adds a subscription; one with the same id is replaced.
   *
   * @returns sends an update of it, until it ends. Where too much waits already, the subscription ends, and the viewer hears that it has
   * to subscribe again.
   */
  subscribe(id: string, end: () => void): (kind: UpdateKind) => void {
    this.unsubscribe(id);
    this.#subscriptions.set(id, end);
    return (kind) => {
      if (this.#subscriptions.get(id) !== end) return;
      const full = this.updates.bytes > limits.viewerQueueBytes;
      if (full) this.unsubscribe(id);
      this.#push(id, full ? { case: "resync", value: { reason: "Too much was waiting to be sent." } } : kind);
    };
  }

  unsubscribe(id: string): void {
    const end = this.#subscriptions.get(id);
    this.#subscriptions.delete(id);
    end?.();
  }

  /** Says something about the watch itself. */
  say(kind: UpdateKind): void {
    this.#push("", kind);
  }

  #push(subscriptionId: string, kind: UpdateKind): void {
    if (!this.updates.closed) void this.updates.push(create(WatchUpdateSchema, { subscriptionId, kind }));
  }

  close(): void {
    for (const id of [...this.#subscriptions.keys()]) this.unsubscribe(id);
    this.updates.close();
  }
}
