import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { BatchQueue, limits, type WatchUpdate, WatchUpdateSchema } from "@interval/proto";

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

  /** Adds a subscription; one with the same id is replaced. */
  subscribe(id: string, end: () => void): void {
    this.unsubscribe(id);
    this.#subscriptions.set(id, end);
  }

  unsubscribe(id: string): void {
    this.#subscriptions.get(id)?.();
    this.#subscriptions.delete(id);
  }

  has(id: string): boolean {
    return this.#subscriptions.has(id);
  }

  /** Sends an update, unless too much waits already: then the subscription ends, and the viewer hears that it has to subscribe again. */
  send(subscriptionId: string, kind: MessageInitShape<typeof WatchUpdateSchema>["kind"]): void {
    if (this.updates.closed) return;
    const full = subscriptionId !== "" && this.updates.bytes > limits.viewerQueueBytes;
    if (full) this.unsubscribe(subscriptionId);
    const resync = { case: "resync" as const, value: { reason: "Too much was waiting to be sent." } };
    void this.updates.push(create(WatchUpdateSchema, { subscriptionId, kind: full ? resync : kind }));
  }

  close(): void {
    for (const id of [...this.#subscriptions.keys()]) this.unsubscribe(id);
    this.updates.close();
  }
}
