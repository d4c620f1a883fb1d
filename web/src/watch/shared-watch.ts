import { create, toBinary } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import { decode, SubscribeRequestSchema, WatchUpdateSchema } from "@interval/proto";
import { randomId } from "../lib/tab.ts";
import type { ToTab, ToWorker } from "./messages.ts";
import type { Listener, Topic, WatchSource, WatchStatus } from "./watch-source.ts";

/** The tab's end of a worker that holds the one stream of this browser. */
export class SharedWatch implements WatchSource {
  #status: WatchStatus = "connecting";
  #nextId = 1;
  readonly #port: MessagePort;
  readonly #listeners = new Map<number, Listener>();
  readonly #statusListeners = new Set<(status: WatchStatus) => void>();
  readonly #alive = new AbortController();

  private constructor(port: MessagePort) {
    this.#port = port;
  }

  /**
   * Connects to the worker of this name.
   *
   * @throws when the worker does not start or does not answer within the time
   */
  static async connect(worker: SharedWorker, timeoutMs = 5000): Promise<SharedWatch> {
    const watch = new SharedWatch(worker.port);
    const answered = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("the worker does not answer")), timeoutMs);
      worker.addEventListener("error", () => reject(new Error("the worker does not start")), { once: true });
      worker.port.addEventListener("message", ({ data }: MessageEvent<ToTab>) => {
        clearTimeout(timer);
        resolve();
        watch.#receive(data);
      });
    });
    worker.port.start();
    await watch.#holdLock();
    await answered;
    return watch;
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
    const id = this.#nextId++;
    this.#listeners.set(id, listener);
    const request = toBinary(SubscribeRequestSchema, create(SubscribeRequestSchema, { topic }));
    this.#send({ kind: "subscribe", id, request });
    return () => {
      if (this.#listeners.delete(id)) this.#send({ kind: "unsubscribe", id });
    };
  }

  retry(): void {
    this.#send({ kind: "retry" });
  }

  close(): void {
    this.#listeners.clear();
    this.#alive.abort();
    this.#port.close();
  }

  /** The browser frees the lock when the tab is gone, even by a crash: so the worker learns of it. */
  #holdLock(): Promise<void> {
    const lock = `interval:tab:${randomId()}`;
    return new Promise((resolve) => {
      void navigator.locks.request(lock, () => {
        this.#send({ kind: "hello", lock });
        resolve();
        return new Promise<void>((free) => this.#alive.signal.addEventListener("abort", () => free()));
      });
    });
  }

  #send(message: ToWorker): void {
    this.#port.postMessage(message);
  }

  #receive(message: ToTab): void {
    switch (message.kind) {
      case "status":
        this.#status = message.status;
        for (const listener of this.#statusListeners) listener(message.status);
        return;
      case "updates":
        for (const { id, update } of message.updates) {
          this.#listeners.get(id)?.update(decode(WatchUpdateSchema, update).kind);
        }
        return;
      case "failed": {
        const listener = this.#listeners.get(message.id);
        this.#listeners.delete(message.id);
        listener?.failed(new ConnectError(message.message, message.code));
        return;
      }
      default:
        message satisfies never;
    }
  }
}
