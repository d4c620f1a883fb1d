import { randomBytes } from "node:crypto";
import type { SubscribeRequest } from "@interval/proto";
import type { Caller } from "../../auth/identity.ts";
import { ownerOf } from "../access/place.ts";
import { InvalidError, WatchGoneError } from "../errors.ts";
import { findTopic } from "./topics/find-topic.ts";
import type { TopicParts } from "./topics/topic.ts";
import { Watch } from "./watch.ts";

/** All streams of dashboards, and what they are subscribed to. */
export class Watches {
  readonly #watches = new Map<string, Watch>();
  readonly #parts: TopicParts;

  constructor(parts: TopicParts) {
    this.#parts = parts;
  }

  open(caller: Caller): Watch {
    const watch = new Watch(`watch_${randomBytes(16).toString("hex")}`, ownerOf(caller));
    this.#watches.set(watch.id, watch);
    watch.say({ case: "opened", value: { watchId: watch.id } });
    return watch;
  }

  close(watch: Watch): void {
    this.#watches.delete(watch.id);
    watch.close();
  }

  closeAll(): void {
    for (const watch of [...this.#watches.values()]) this.close(watch);
  }

  /**
   * The watch of this caller.
   * @throws {WatchGoneError} when there is none; another caller's is not found either
   */
  find(caller: Caller, watchId: string): Watch {
    const watch = this.#watches.get(watchId);
    if (!watch || watch.owner !== ownerOf(caller))
      throw new WatchGoneError("There is no such watch. Open one with Watch.");
    return watch;
  }

  /** Resolves once the topic is open, and its present state waits to be sent. */
  async subscribe(caller: Caller, { watchId, subscriptionId, topic }: SubscribeRequest): Promise<void> {
    const watch = this.find(caller, watchId);
    if (!subscriptionId)
      throw new InvalidError("The subscription_id is missing: choose one that is unique within the watch.");
    await watch.subscribe(subscriptionId, () => findTopic(caller, topic, this.#parts));
  }
}
