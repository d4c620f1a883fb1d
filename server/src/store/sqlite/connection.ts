import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Reply, WorkerOptions, WriteRequest } from "./protocol.ts";

interface Pending {
  id: number;
  request: WriteRequest;
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** A statement that the database refused. */
class SqliteError extends Error {
  override name = "SqliteError";
  /** SQLite's extended result code. */
  readonly code: string | undefined;
  constructor(message: string, code: string | undefined) {
    super(message);
    this.code = code;
  }
}

/**
 * A connection that lives in a thread of its own. What is asked while the thread is busy goes to it in one message when it is done, and
 * into one commit.
 */
export class SqliteConnection {
  readonly #worker: Worker;
  readonly #inFlight = new Map<number, Pending>();
  #waiting: Pending[] = [];
  #busy = false;
  #closed: Error | undefined;
  #lastId = 0;
  readonly #exited: Promise<void>;
  /** How many messages went to the thread: with group commit far fewer than requests. */
  batches = 0;

  constructor(options: WorkerOptions) {
    const worker = new URL(`./worker${extname(import.meta.filename)}`, import.meta.url);
    this.#worker = new Worker(worker, { workerData: options });
    this.#worker.on("message", (replies: Array<{ id: number; reply: Reply }>) => this.#receive(replies));
    this.#worker.once("error", (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    this.#exited = new Promise((resolve) => {
      this.#worker.once("exit", () => {
        this.#fail(new Error("the database is closed"));
        resolve();
      });
    });
  }

  /** Resolves with what the thread returns, once that is durable. */
  request<T>(request: WriteRequest): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) return reject(this.#closed);
      const id = ++this.#lastId;
      this.#waiting.push({ id, request, resolve: (value) => resolve(value as T), reject });
      if (!this.#busy) this.#sendSoon();
    });
  }

  async close(): Promise<void> {
    this.#closed ??= new Error("the database is closed");
    while (this.#inFlight.size + this.#waiting.length > 0) await new Promise(setImmediate);
    // The thread closes the file itself, which brings the write-ahead log into it.
    this.#worker.postMessage("close");
    await this.#exited;
  }

  #sendSoon(): void {
    this.#busy = true;
    queueMicrotask(() => this.#send());
  }

  #send(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    for (const pending of batch) this.#inFlight.set(pending.id, pending);
    this.batches++;
    this.#worker.postMessage(batch.map(({ id, request }) => ({ id, request })));
  }

  #receive(replies: Array<{ id: number; reply: Reply }>): void {
    this.#busy = false;
    for (const { id, reply } of replies) {
      const pending = this.#inFlight.get(id);
      this.#inFlight.delete(id);
      if (reply.ok) pending?.resolve(reply.value);
      else pending?.reject(new SqliteError(reply.message, reply.code));
    }
    if (this.#waiting.length > 0) this.#sendSoon();
  }

  #fail(error: Error): void {
    this.#closed ??= error;
    for (const { reject } of [...this.#inFlight.values(), ...this.#waiting]) reject(error);
    this.#inFlight.clear();
    this.#waiting = [];
  }
}
