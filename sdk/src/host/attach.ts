import { setTimeout as delay } from "node:timers/promises";
import { Backoff, type Hello, limits, type Welcome } from "@interval/proto";
import { ConnectionError, TimeoutError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { shorten } from "../thrown.ts";
import { Connection, type Ended } from "./connection.ts";
import type { Dispatcher } from "./dispatch.ts";
import type { FrameBody } from "./frame.ts";
import { http1Line } from "./http1-line.ts";
import { http2Line } from "./http2-line.ts";
import type { Line, Protocol } from "./line.ts";
import { LineChoice } from "./line-choice.ts";
import { describeEnd, refusalOf } from "./refusal.ts";

/** Where a host stands. From every state there is a way out, and each step is logged. */
export type AttachState = "idle" | "connecting" | "online" | "waiting" | "closing" | "closed";

/** What an attachment needs. */
export interface AttachOptions {
  baseUrl: string;
  apiKey: string;
  logger: Logger;
  dispatcher: Dispatcher;
  /** The hello of the next connection. */
  hello: () => Hello;
  /** Told each time the server accepts the host. */
  onWelcome: (welcome: Welcome, again: boolean) => void;
  /** How long a welcome may take over HTTP/2, in milliseconds; 5 s by default. */
  welcomeMs?: number;
}

const lines = { "HTTP/2": http2Line, "HTTP/1.1": http1Line } satisfies Record<Protocol, Line>;

/**
 * Keeps a host attached to its server: connects, and connects again after every end that was not wanted, at once and then with growing
 * pauses; over HTTP/1.1 where HTTP/2 does not get through. Only before the first welcome is a refusal final; later a server that refuses is asked again, since it may be starting.
 */
export class Attachment {
  readonly #options: AttachOptions;
  readonly #stop = new AbortController();
  readonly #choice = new LineChoice();
  #state: AttachState = "idle";
  #connection: Connection | undefined;
  #loop: Promise<void> | undefined;
  #wasOnline = false;
  /** What the log has said last that the host is connected over. */
  #told: Protocol = "HTTP/2";

  constructor(options: AttachOptions) {
    this.#options = options;
  }

  get state(): AttachState {
    return this.#state;
  }

  /**
   * Resolves when the server has accepted the host for the first time.
   * @throws {ConnectionError} when it refuses the host, or the attachment is closed before
   */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#loop = this.#run(resolve).catch(reject);
      void this.#loop.then(() => reject(new ConnectionError("The host was closed before the server accepted it.")));
    });
  }

  /** Says something about the host itself; nothing while offline, since the next hello says it. */
  send(body: FrameBody): void {
    if (this.#state === "online") this.#connection?.control(body);
  }

  /**
   * Waits until the server is heard.
   * @throws {ConnectionError} while there is no connection
   * @throws {TimeoutError} when the server is silent for too long
   */
  async ping(timeoutMs: number): Promise<void> {
    const connection = this.#connection;
    if (this.#state !== "online" || !connection) throw new ConnectionError("There is no connection to the server.");
    connection.control({ case: "heartbeat", value: { $typeName: "interval.host.v1.Heartbeat" } });
    const timer = new AbortController();
    const late = delay(timeoutMs, undefined, { signal: timer.signal }).then(() => {
      throw new TimeoutError(`The server was silent for ${timeoutMs} ms.`);
    });
    try {
      await Promise.race([connection.heard(), late]);
    } finally {
      timer.abort();
      late.catch(() => {});
    }
  }

  /** Says goodbye and ends the connection. Resolves when it is over. */
  async close(reason: string): Promise<void> {
    if (this.#state === "closed" || this.#state === "idle") {
      this.#state = "closed";
      return;
    }
    this.#become("closing");
    this.#stop.abort();
    this.#connection?.leave(reason);
    await this.#loop;
  }

  async #run(onFirstWelcome: () => void): Promise<void> {
    const backoff = new Backoff();
    while (!this.#stop.signal.aborted) {
      const ended = await this.#connect(onFirstWelcome);
      if (this.#stop.signal.aborted) break;
      const refusal = refusalOf(ended.error, this.#options.baseUrl);
      if (refusal && !this.#wasOnline) {
        this.#become("closed");
        throw refusal;
      }
      if (this.#choice.learn(ended, refusal !== undefined)) {
        this.#options.logger.debug(`HTTP/2 does not get through (${this.#choice.why}). Trying HTTP/1.1.`);
        continue;
      }
      await this.#pause(ended, refusal, backoff.next(ended.onlineMs));
    }
    this.#become("closed");
  }

  async #connect(onFirstWelcome: () => void): Promise<Ended> {
    const { baseUrl, apiKey, dispatcher, hello, onWelcome, welcomeMs = limits.welcomeMs } = this.#options;
    const protocol = this.#choice.next;
    this.#become("connecting");
    const connection: Connection = new Connection({
      baseUrl,
      apiKey,
      line: lines[protocol],
      welcomeMs: protocol === "HTTP/2" ? welcomeMs : limits.heartbeatTimeoutMs,
      hello: hello(),
      onFrame: (frame, fault) => this.#hear(frame, fault),
      onWelcome: (welcome) => {
        this.#become("online");
        dispatcher.attach(connection.write, welcome.runs);
        onWelcome(welcome, this.#wasOnline);
        this.#tell(protocol);
        this.#wasOnline = true;
        onFirstWelcome();
      },
    });
    this.#connection = connection;
    try {
      return await connection.run();
    } finally {
      this.#connection = undefined;
      dispatcher.detach();
    }
  }

  /** Says what the host is connected over, where that has changed. */
  #tell(protocol: Protocol): void {
    if (protocol === this.#told) return;
    this.#told = protocol;
    const { baseUrl, logger } = this.#options;
    logger.info(
      protocol === "HTTP/2"
        ? "Connected over HTTP/2 again."
        : `Connected over HTTP/1.1, since HTTP/2 does not get through to ${baseUrl} (${this.#choice.why}). Everything works; a proxy that passes HTTP/2 on makes it faster.`,
    );
  }

  #hear(...[frame, fault]: Parameters<Dispatcher["hear"]>): void {
    if (frame.body.case === "drain") {
      this.#options.logger.info(
        "The server is going to stop. Open runs go on; the host attaches again once it is back.",
      );
    } else if (frame.body.case === "notice") this.#options.logger.warn(shorten(frame.body.value.text));
    else this.#options.dispatcher.hear(frame, fault);
  }

  async #pause({ onlineMs, error }: Ended, refusal: ConnectionError | undefined, ms: number): Promise<void> {
    const { baseUrl, logger } = this.#options;
    const what = onlineMs === undefined ? `Cannot reach ${baseUrl}` : `The connection to ${baseUrl} is lost`;
    const when = ms === 0 ? "now" : `in ${(ms / 1000).toFixed(1)} s`;
    logger.warn(
      refusal ? `${refusal.message}\nTrying again ${when}.` : `${what} (${describeEnd(error)}). Trying again ${when}.`,
    );
    this.#become("waiting");
    // A close ends the pause.
    await delay(ms, undefined, { signal: this.#stop.signal }).catch(() => {});
  }

  #become(state: AttachState): void {
    if (this.#state === "closing" && state !== "closed") return;
    this.#state = state;
    this.#options.logger.debug(`The host is ${state}.`);
  }
}
