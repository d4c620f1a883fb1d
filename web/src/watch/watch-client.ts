import { type Client, Code, ConnectError } from "@connectrpc/connect";
import { backoffMs, limits, type WatchResponse, type WatchService, type WatchUpdate } from "@interval/proto";
import type { Listener, Topic, WatchSource, WatchStatus } from "./watch-source.ts";

interface Subscription {
  topic: Topic;
  listener: Listener;
  /** The last journal sequence that was told. */
  sequence: bigint;
}

/** What a {@link WatchClient} can be told; the defaults are those of the protocol. */
export interface WatchClientOptions {
  /** A stream that says nothing for this long is lost, in milliseconds. */
  silenceMs?: number;
  /** How long to wait before an attempt, in milliseconds. */
  backoff?: (attempt: number) => number;
}

/**
 * One stream to the server and the topics that are watched over it. A loss is noticed by silence or by the stream's end; then
 * it connects again and subscribes to every topic after the last sequence seen.
 */
export class WatchClient implements WatchSource {
  #status: WatchStatus = "connecting";
  #watchId: string | undefined;
  #attempt = 0;
  #nextId = 1;
  #stream: AbortController | undefined;
  #waiting = new AbortController();
  readonly #closed = new AbortController();
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #statusListeners = new Set<(status: WatchStatus) => void>();
  readonly #service: Client<typeof WatchService>;
  readonly #silenceMs: number;
  readonly #backoff: (attempt: number) => number;

  constructor(service: Client<typeof WatchService>, options: WatchClientOptions = {}) {
    this.#service = service;
    this.#silenceMs = options.silenceMs ?? limits.heartbeatTimeoutMs;
    this.#backoff = options.backoff ?? backoffMs;
    void this.#run();
  }

  get status(): WatchStatus {
    return this.#status;
  }

  onStatus(listener: (status: WatchStatus) => void): () => void {
    this.#statusListeners.add(listener);
    listener(this.#status);
    return () => this.#statusListeners.delete(listener);
  }

  subscribe(topic: Topic, listener: Listener): () => void {
    const id = String(this.#nextId++);
    this.#subscriptions.set(id, { topic, listener, sequence: firstSequence(topic) });
    void this.#subscribe(id);
    return () => {
      if (this.#subscriptions.delete(id)) this.#unsubscribe(id);
    };
  }

  retry(): void {
    if (this.#status === "open") return;
    this.#attempt = 0;
    this.#waiting.abort();
  }

  close(): void {
    this.#waiting.abort();
    this.#subscriptions.clear();
    this.#closed.abort();
    this.#stream?.abort();
  }

  async #run(): Promise<void> {
    while (!this.#closed.signal.aborted) {
      this.#waiting = new AbortController();
      await sleep(this.#backoff(this.#attempt++), this.#waiting.signal);
      if (this.#closed.signal.aborted) return;
      const error = await this.#connect();
      this.#watchId = undefined;
      if (!this.#closed.signal.aborted) this.#setStatus(error.code === Code.Unauthenticated ? "signed-out" : "lost");
    }
  }

  /** Holds one stream until it ends, whoever ends it, and says why. */
  async #connect(): Promise<ConnectError> {
    const stream = new AbortController();
    this.#stream = stream;
    let silence = this.#expectLife(stream);
    try {
      // Its silence ends it, not its age.
      for await (const response of this.#service.watch({}, { signal: stream.signal, timeoutMs: 0 })) {
        clearTimeout(silence);
        silence = this.#expectLife(stream);
        this.#receive(response);
      }
      return new ConnectError("the server ended the stream", Code.Unavailable);
    } catch (error) {
      return ConnectError.from(error);
    } finally {
      clearTimeout(silence);
      stream.abort(); // leaving the loop alone would not end the request
    }
  }

  #expectLife(stream: AbortController): ReturnType<typeof setTimeout> {
    return setTimeout(
      () => stream.abort(new ConnectError("the server fell silent", Code.Unavailable)),
      this.#silenceMs,
    );
  }

  #receive({ updates }: WatchResponse): void {
    for (const update of updates) {
      if (update.kind.case === "opened") this.#opened(update.kind.value.watchId);
      else if (update.kind.case === "resync") void this.#subscribe(update.subscriptionId);
      else if (update.subscriptionId) this.#tell(update);
    }
  }

  #opened(watchId: string): void {
    this.#watchId = watchId;
    this.#attempt = 0;
    this.#setStatus("open");
    for (const id of this.#subscriptions.keys()) void this.#subscribe(id);
  }

  #tell({ subscriptionId, kind }: WatchUpdate): void {
    const subscription = this.#subscriptions.get(subscriptionId);
    if (!subscription) return;
    if (kind.case === "runState" || kind.case === "runEvent") {
      const { sequence } = kind.value;
      if (sequence > subscription.sequence) subscription.sequence = sequence;
    }
    subscription.listener.update(kind);
  }

  async #subscribe(id: string): Promise<void> {
    const watchId = this.#watchId;
    const subscription = this.#subscriptions.get(id);
    if (!watchId || !subscription) return; // done once the stream is open
    const topic = resumed(subscription.topic, subscription.sequence);
    try {
      await this.#service.subscribe({ watchId, subscriptionId: id, topic }, { signal: this.#stream?.signal });
    } catch (cause) {
      if (watchId !== this.#watchId || !this.#subscriptions.has(id)) return; // a new stream subscribes again
      const error = ConnectError.from(cause);
      if (isFinal(error)) {
        this.#subscriptions.delete(id);
        subscription.listener.failed(error);
      } else {
        this.#stream?.abort(error);
      }
    }
  }

  #unsubscribe(subscriptionId: string): void {
    const watchId = this.#watchId;
    // The stream's end takes every topic off: nothing is lost when this fails.
    if (watchId) this.#service.unsubscribe({ watchId, subscriptionId }).catch(() => undefined);
  }

  #setStatus(status: WatchStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    for (const listener of this.#statusListeners) listener(status);
  }
}

const finalCodes: ReadonlySet<Code> = new Set([
  Code.NotFound,
  Code.PermissionDenied,
  Code.InvalidArgument,
  Code.FailedPrecondition,
]);

function isFinal(error: ConnectError): boolean {
  return finalCodes.has(error.code);
}

function firstSequence(topic: Topic): bigint {
  return topic.case === "run" || topic.case === "logs" ? topic.value.afterSequence : 0n;
}

/** The topic, from the last sequence seen on. */
function resumed(topic: Topic, afterSequence: bigint): Topic {
  switch (topic.case) {
    case "run":
      return { case: "run", value: { ...topic.value, afterSequence } };
    case "logs":
      return { case: "logs", value: { ...topic.value, afterSequence } };
    default:
      return topic;
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (ms === 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}
