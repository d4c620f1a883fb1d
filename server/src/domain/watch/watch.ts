import { create, toBinary } from "@bufbuild/protobuf";
import { BatchQueue, limits, type WatchUpdate, WatchUpdateSchema } from "@interval/proto";
import { AbortedError, PreconditionError, TooLargeError, WatchGoneError } from "../errors.ts";
import { Subscription, type UpdateKind } from "./subscription.ts";

/** Registers a topic that was found and may be watched, and sends what there is of it. */
export type OpenTopic = (subscription: Subscription) => Promise<void> | void;

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
  readonly #subscriptions = new Map<string, Subscription>();
  /** Ids that were unsubscribed: requests may overtake each other, and a Subscribe that arrives late opens nothing. */
  readonly #spent = new Set<string>();

  constructor(id: string, owner: string) {
    this.id = id;
    this.owner = owner;
  }

  /**
   * Adds a subscription; one with the same id is replaced. This is the one way to all topics: what is looked up first registers nothing, and
   * nothing is registered for a subscription that has ended meanwhile.
   *
   * @param find looks the topic up, and whether it may be watched
   * @throws {PreconditionError} for an id that was unsubscribed before
   * @throws {AbortedError} when the subscription ends before it is open
   * @throws what `find` and the opening throw; the subscription has ended then
   */
  async subscribe(id: string, find: () => Promise<OpenTopic>): Promise<void> {
    this.#assertFree(id);
    this.#subscriptions.get(id)?.end();
    const subscription: Subscription = new Subscription((kinds) => this.#send(id, subscription, kinds));
    this.#subscriptions.set(id, subscription);
    subscription.onEnd(() => {
      if (this.#subscriptions.get(id) === subscription) this.#subscriptions.delete(id);
    });
    try {
      const open = await find();
      if (subscription.ended)
        throw new AbortedError(`The subscription "${id}" was taken off or replaced before it was open.`);
      await open(subscription);
    } catch (error) {
      subscription.end();
      throw error;
    }
  }

  /** Takes a subscription off, whether it is open, being opened or still on its way. */
  unsubscribe(id: string): void {
    this.#subscriptions.get(id)?.end();
    this.#spent.delete(id); // the last to be forgotten
    this.#spent.add(id);
    const [oldest] = this.#spent;
    if (oldest !== undefined && this.#spent.size > limits.watchSubscriptions) this.#spent.delete(oldest);
  }

  /** Says something about the watch itself. */
  say(kind: UpdateKind): void {
    this.#push("", kind);
  }

  close(): void {
    this.updates.close();
    for (const subscription of [...this.#subscriptions.values()]) subscription.end();
  }

  #assertFree(id: string): void {
    if (this.updates.closed) throw new WatchGoneError("The watch has ended. Open another one with Watch.");
    if (this.#spent.has(id))
      throw new PreconditionError(`The subscription_id "${id}" was unsubscribed before. Choose another one.`);
    const most = limits.watchSubscriptions;
    if (this.#subscriptions.size >= most && !this.#subscriptions.has(id))
      throw new TooLargeError(`The watch has ${most} subscriptions, and no more are possible. Unsubscribe from some.`);
  }

  /** Where too much waits already, the subscription ends, and the viewer hears that it has to subscribe again. */
  #send(id: string, subscription: Subscription, kinds: UpdateKind[]): void {
    const isFull = this.updates.bytes > limits.viewerQueueBytes;
    if (isFull) subscription.end();
    const resync = { case: "resync" as const, value: { reason: "Too much was waiting to be sent." } };
    for (const kind of isFull ? [resync] : kinds) this.#push(id, kind);
  }

  #push(subscriptionId: string, kind: UpdateKind): void {
    if (!this.updates.closed) void this.updates.push(create(WatchUpdateSchema, { subscriptionId, kind }));
  }
}
