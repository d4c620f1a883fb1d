import { type Client, Code, ConnectError } from "@connectrpc/connect";
import {
  Backoff,
  backoffMs,
  limits,
  retryMs,
  WatchGoneSchema,
  type WatchResponse,
  type WatchService,
} from "@interval/proto";
import type { Listener, Topic, WatchSource, WatchStatus } from "./watch-source.ts";
import { WatchSubscription } from "./watch-subscription.ts";

/** What a {@link WatchClient} can be told; the defaults are those of the protocol. */
export interface WatchClientOptions {
  /** A stream that says nothing for this long is lost, in milliseconds. */
  silenceMs?: number;
  /** How long to wait before an attempt to open the stream, in milliseconds. */
  backoff?: (attempt: number) => number;
  /** How long to wait before an attempt to subscribe to a topic over the stream that is open, in milliseconds. */
  topicBackoff?: (attempt: number) => number;
}

/**
 * One stream to the server and the topics that are watched over it. A loss is noticed by silence or by the stream's end; then
 * it connects again and subscribes to every topic after the last sequence seen. A topic that cannot be subscribed to is tried again alone: the
 * stream and all other topics go on.
 */
export class WatchClient implements WatchSource {
  #status: WatchStatus = "connecting";
  #watchId: string | undefined;
  #openedAt: number | undefined;
  #nextId = 1;
  #stream: AbortController | undefined;
  #waiting = new AbortController();
  readonly #closed = new AbortController();
  readonly #subscriptions = new Map<string, WatchSubscription>();
  readonly #statusListeners = new Set<(status: WatchStatus) => void>();
  readonly #service: Client<typeof WatchService>;
  readonly #silenceMs: number;
  readonly #backoff: Backoff;
  readonly #topicBackoff: (attempt: number) => number;

  constructor(service: Client<typeof WatchService>, options: WatchClientOptions = {}) {
    this.#service = service;
    this.#silenceMs = options.silenceMs ?? limits.heartbeatTimeoutMs;
    this.#backoff = new Backoff(options.backoff ?? ((attempt) => backoffMs(attempt)));
    this.#topicBackoff = options.topicBackoff ?? ((attempt) => retryMs(attempt));
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
    const subscription = new WatchSubscription(topic, listener, this.#topicBackoff);
    this.#subscriptions.set(id, subscription);
    void this.#subscribe(id, subscription);
    return () => {
      subscription.end();
      if (this.#subscriptions.delete(id)) this.#unsubscribe(id);
    };
  }

  retry(): void {
    if (this.#status === "open") return;
    this.#backoff.reset();
    this.#waiting.abort();
  }

  close(): void {
    this.#waiting.abort();
    for (const subscription of this.#subscriptions.values()) subscription.end();
    this.#subscriptions.clear();
    this.#closed.abort();
    this.#stream?.abort();
  }

  async #run(): Promise<void> {
    while (!this.#closed.signal.aborted) {
      this.#openedAt = undefined;
      const error = await this.#connect();
      this.#watchId = undefined;
      if (this.#closed.signal.aborted) return;
      this.#setStatus(error.code === Code.Unauthenticated ? "signed-out" : "lost");
      this.#waiting = new AbortController();
      const openMs = this.#openedAt === undefined ? undefined : performance.now() - this.#openedAt;
      await sleep(this.#backoff.next(openMs), this.#waiting.signal);
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
      else if (update.kind.case === "resync") this.#subscribeAgain(update.subscriptionId);
      else this.#subscriptions.get(update.subscriptionId)?.tell(update.kind);
    }
  }

  #opened(watchId: string): void {
    this.#watchId = watchId;
    this.#openedAt = performance.now();
    this.#setStatus("open");
    for (const [id, subscription] of this.#subscriptions) void this.#subscribe(id, subscription);
  }

  #subscribeAgain(id: string): void {
    const subscription = this.#subscriptions.get(id);
    subscription?.retry(() => void this.#subscribe(id, subscription));
  }

  async #subscribe(id: string, subscription: WatchSubscription): Promise<void> {
    const watchId = this.#watchId;
    if (!watchId) return; // done once the stream is open
    const isLast = subscription.begin();
    const isWanted = () => watchId === this.#watchId && isLast();
    try {
      const { topic } = subscription;
      await this.#service.subscribe({ watchId, subscriptionId: id, topic }, { signal: this.#stream?.signal });
      if (isWanted()) subscription.opened();
    } catch (cause) {
      if (!isWanted()) return; // a later request does it
      const error = ConnectError.from(cause);
      if (error.findDetails(WatchGoneSchema).length > 0) {
        this.#stream?.abort(error);
      } else if (isFinal(error)) {
        this.#subscriptions.delete(id);
        subscription.end();
        subscription.listener.failed(error);
      } else {
        this.#subscribeAgain(id);
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

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
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
