import { randomBytes } from "node:crypto";
import { limits, type SubscribeRequest, type UnsubscribeRequest } from "@interval/proto";
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

  /** Resolves once the topic is open, and its present state waits to be sent. */
  async subscribe(caller: Caller, { watchId, subscriptionId, topic }: SubscribeRequest): Promise<void> {
    const watch = this.#find(caller, watchId);
    await watch.subscribe(checkedId(subscriptionId), () => findTopic(caller, topic, this.#parts));
  }

  /** Takes a topic off. */
  unsubscribe(caller: Caller, { watchId, subscriptionId }: UnsubscribeRequest): void {
    this.#find(caller, watchId).unsubscribe(checkedId(subscriptionId));
  }

  /**
   * The watch of this caller.
   * @throws {WatchGoneError} when there is none; another caller's is not found either
   */
  #find(caller: Caller, watchId: string): Watch {
    const watch = this.#watches.get(watchId);
    if (!watch || watch.owner !== ownerOf(caller))
      throw new WatchGoneError("There is no such watch. Open one with Watch.");
    return watch;
  }
}

/** @throws {InvalidError} for an id that is missing or too long */
function checkedId(id: string): string {
  if (!id) throw new InvalidError("The subscription_id is missing: choose one that is unique within the watch.");
  const most = limits.subscriptionId;
  if (id.length > most)
    throw new InvalidError(`The subscription_id has ${id.length} characters; at most ${most} are possible.`);
  return id;
}
