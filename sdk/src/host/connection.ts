import { BatchQueue, type Hello, type HostFrame, limits, type ServerFrame, type Welcome } from "@interval/proto";
import { BadResponseError, ConnectionError, TimeoutError } from "../errors.ts";
import { type FrameBody, type SizedFrame, sized } from "./frame.ts";
import type { Line } from "./line.ts";

/** What a connection needs. */
export interface ConnectionOptions {
  /** The server, such as "http://localhost:3000". */
  baseUrl: string;
  apiKey: string;
  /** What it goes over. */
  line: Line;
  /** How long the welcome may take, in milliseconds. */
  welcomeMs: number;
  hello: Hello;
  onWelcome: (welcome: Welcome) => void;
  /** `fault` says why a frame cannot be read. */
  onFrame: (frame: ServerFrame, fault: string | undefined) => void;
}

/** How a connection ended. */
export interface Ended {
  /** For how long it was online, in milliseconds; undefined when the server never accepted it. */
  onlineMs: number | undefined;
  error: unknown;
}

/** How long a goodbye may take, in milliseconds. */
const goodbyeMs = 1000;

/** One connection to the server, from hello to whatever ends it. It is not opened again: the next one is a new connection. */
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
  #silenceMs: number;
  #listeners: Array<() => void> = [];

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#silenceMs = options.welcomeMs;
  }

  /** Opens the line and resolves when it has ended, in whatever way. */
  async run(): Promise<Ended> {
    const { baseUrl, apiKey, line, hello, onWelcome, onFrame } = this.#options;
    const { signal } = this.#abort;
    const outgoing = this.#outgoing();
    const silenceMs = () => this.#silenceMs;
    let onlineSince: number | undefined;
    const ended = (error: unknown): Ended => ({
      onlineMs: onlineSince === undefined ? undefined : performance.now() - onlineSince,
      error,
    });
    try {
      this.#listen();
      for await (const frames of line({ baseUrl, apiKey, hello, outgoing, silenceMs, signal })) {
        this.#heard();
        for (const { frame, fault } of frames) {
          if (onlineSince !== undefined) onFrame(frame, fault);
          else if (frame.body.case === "welcome" && fault === undefined) {
            onlineSince = performance.now();
            this.#beat(frame.body.value);
            onWelcome(frame.body.value);
          } else
            throw new BadResponseError(fault ?? `The server's first frame is "${frame.body.case}", not a welcome.`);
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
    }
  }

  /** Sends a frame of a run. */
  readonly write = (frame: SizedFrame): void => {
    if (!this.#queue.closed) void this.#queue.push(frame);
  };

  /** Sends a frame about the connection itself. */
  control(body: FrameBody): void {
    this.write(sized({ body }));
  }

  /** Resolves when the server is next heard. */
  heard(): Promise<void> {
    return new Promise((resolve) => this.#listeners.push(resolve));
  }

  /** Says goodbye after everything that is queued, and ends the line. */
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

  async *#outgoing(): AsyncGenerator<HostFrame[]> {
    for await (const batch of this.#queue) yield batch.map(({ frame }) => frame);
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
