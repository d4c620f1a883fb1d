import { create, toBinary } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, Http2SessionManager } from "@connectrpc/connect-node";
import {
  AttachRequestSchema,
  BatchQueue,
  type Hello,
  HostFrameSchema,
  HostService,
  limits,
  type ServerFrame,
  type Welcome,
} from "@interval/proto";
import { BadResponseError, ConnectionError, TimeoutError } from "../errors.ts";
import type { FrameBody, SizedFrame } from "./outbox.ts";

/** What a connection needs. */
export interface ConnectionOptions {
  /** The server, such as "http://localhost:3000". */
  baseUrl: string;
  apiKey: string;
  hello: Hello;
  onWelcome: (welcome: Welcome) => void;
  onFrame: (frame: ServerFrame) => void;
}

/** How a connection ended. */
export interface Ended {
  /** For how long it was online, in milliseconds; undefined when the server never accepted it. */
  onlineMs: number | undefined;
  error: unknown;
}

/** How long a goodbye may take, in milliseconds. */
const goodbyeMs = 1000;

/** One stream to the server, from hello to whatever ends it. It is not opened again: the next one is a new connection. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #abort = new AbortController();
  readonly #queue = new BatchQueue<SizedFrame>({
    sizeOf: ({ bytes }) => bytes,
    batchBytes: limits.batchBytes,
    maxBytes: limits.messageBytes,
  });
  #heartbeat: NodeJS.Timeout | undefined;
  #silence: NodeJS.Timeout | undefined;
  #silenceMs: number = limits.heartbeatTimeoutMs;
  #listeners: Array<() => void> = [];

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** Opens the stream and resolves when it has ended, in whatever way. */
  async run(): Promise<Ended> {
    const { baseUrl, apiKey, hello, onWelcome, onFrame } = this.#options;
    const pings = { pingIntervalMs: limits.heartbeatIntervalMs, pingTimeoutMs: limits.heartbeatTimeoutMs };
    const sessionManager = new Http2SessionManager(baseUrl, pings);
    const transport = createConnectTransport({
      baseUrl,
      httpVersion: "2",
      sessionManager,
      acceptCompression: [],
      readMaxBytes: limits.messageBytes,
    });
    let onlineSince: number | undefined;
    const ended = (error: unknown): Ended => ({
      onlineMs: onlineSince === undefined ? undefined : performance.now() - onlineSince,
      error,
    });
    try {
      this.#listen();
      this.control({ case: "hello", value: hello });
      const headers = { Authorization: `Bearer ${apiKey}` };
      const { signal } = this.#abort;
      for await (const { frames } of createClient(HostService, transport).attach(this.#requests(), {
        signal,
        headers,
      })) {
        this.#heard();
        for (const frame of frames) {
          if (onlineSince !== undefined) onFrame(frame);
          else if (frame.body.case === "welcome") {
            onlineSince = performance.now();
            this.#beat(frame.body.value);
            onWelcome(frame.body.value);
          } else throw new BadResponseError(`The server's first frame is "${frame.body.case}", not a welcome.`);
        }
      }
      return ended(this.#abort.signal.reason ?? new ConnectionError("The server closed the connection."));
    } catch (error) {
      return ended(this.#abort.signal.aborted ? this.#abort.signal.reason : error);
    } finally {
      clearInterval(this.#heartbeat);
      clearTimeout(this.#silence);
      this.#queue.close();
      this.#abort.abort();
      sessionManager.abort();
    }
  }

  /** Sends a frame of a run. */
  readonly write = (frame: SizedFrame): void => {
    if (!this.#queue.closed) void this.#queue.push(frame);
  };

  /** Sends a frame about the connection itself. */
  control(body: FrameBody): void {
    const frame = create(HostFrameSchema, { body });
    this.write({ frame, bytes: toBinary(HostFrameSchema, frame).length });
  }

  /** Resolves when the server is next heard. */
  heard(): Promise<void> {
    return new Promise((resolve) => this.#listeners.push(resolve));
  }

  /** Says goodbye after everything that is queued, and ends the stream. */
  leave(reason: string): void {
    this.control({ case: "goodbye", value: { $typeName: "interval.host.v1.Goodbye", reason } });
    this.#queue.close();
    const timer = setTimeout(
      () => this.abort(new ConnectionError("The server did not close the connection.")),
      goodbyeMs,
    );
    this.#abort.signal.addEventListener("abort", () => clearTimeout(timer));
  }

  abort(reason: Error): void {
    this.#abort.abort(reason);
  }

  async *#requests() {
    for await (const batch of this.#queue)
      yield create(AttachRequestSchema, { frames: batch.map(({ frame }) => frame) });
  }

  #beat({ heartbeatIntervalMs, heartbeatTimeoutMs }: Welcome): void {
    this.#silenceMs = heartbeatTimeoutMs || limits.heartbeatTimeoutMs;
    this.#listen();
    const beat = () => this.control({ case: "heartbeat", value: { $typeName: "interval.host.v1.Heartbeat" } });
    this.#heartbeat = setInterval(beat, heartbeatIntervalMs || limits.heartbeatIntervalMs);
  }

  /** From now on, silence ends the connection. */
  #listen(): void {
    clearTimeout(this.#silence);
    const lost = () => this.abort(new TimeoutError(`The server was silent for ${this.#silenceMs / 1000} s.`));
    this.#silence = setTimeout(lost, this.#silenceMs);
  }

  #heard(): void {
    this.#silence?.refresh();
    for (const resolve of this.#listeners.splice(0)) resolve();
  }
}
