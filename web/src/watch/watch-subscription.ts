import { Backoff } from "@interval/proto";
import type { Listener, Topic, Update } from "./watch-source.ts";

/** One topic that is watched: how far it was told, and when it is subscribed to again. */
export class WatchSubscription {
  readonly listener: Listener;
  readonly #topic: Topic;
  /** The last journal sequence that was told. */
  #sequence: bigint;
  readonly #backoff: Backoff;
  #openedAt: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts the requests: what becomes of an earlier one no longer matters. */
  #request = 0;

  /** @param pauseMs how long to wait before an attempt, in milliseconds */
  constructor(topic: Topic, listener: Listener, pauseMs: (attempt: number) => number) {
    this.#topic = topic;
    this.listener = listener;
    this.#sequence = topic.case === "run" || topic.case === "logs" ? topic.value.afterSequence : 0n;
    this.#backoff = new Backoff(pauseMs);
  }

  /** The topic, from the last sequence seen on. */
  get topic(): Topic {
    const topic = this.#topic;
    const afterSequence = this.#sequence;
    switch (topic.case) {
      case "run":
        return { case: "run", value: { ...topic.value, afterSequence } };
      case "logs":
        return { case: "logs", value: { ...topic.value, afterSequence } };
      default:
        return topic;
    }
  }

  /** Something of it is told. */
  tell(update: Update): void {
    const sequence = sequenceOf(update);
    if (sequence > this.#sequence) this.#sequence = sequence;
    this.listener.update(update);
  }

  /** A request for it begins. @returns whether it is still the last one */
  begin(): () => boolean {
    clearTimeout(this.#timer);
    const request = ++this.#request;
    return () => request === this.#request;
  }

  opened(): void {
    this.#openedAt = performance.now();
  }

  /** Subscribes to it again after a pause, which grows unless it was open for some time. */
  retry(subscribe: () => void): void {
    const openMs = this.#openedAt === undefined ? undefined : performance.now() - this.#openedAt;
    this.#openedAt = undefined;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(subscribe, this.#backoff.next(openMs));
  }

  /** Nothing is tried any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#request++;
  }
}

function sequenceOf(update: Update): bigint {
  switch (update.case) {
    case "runState":
    case "runEvent":
      return update.value.sequence;
    case "logLines":
      return update.value.lines.at(-1)?.sequence ?? 0n;
    default:
      return 0n;
  }
}
