import type { IncomingMessage } from "node:http";
import type { DescMethod } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { BodyBudgetError, type HeldBody } from "./body-budget.ts";

/** Bytes before each message of a stream: flags, then the length. */
const envelopeHead = 5;

/** How the body of an RPC is read. */
export interface MessageBodyOptions {
  /** Whether one message or many come in it, and whether the answer waits for them. */
  kind: DescMethod["methodKind"];
  /** How long one message may take from its first byte to its last, in milliseconds; the first one counts from the request on. */
  messageMs: number;
  /** Opened before the first byte is read: the caller is known by then. */
  hold: () => HeldBody;
  /** Resolves when the request is over: until then the message of a unary one is held. */
  over: Promise<unknown>;
}

/**
 * Reads the body of an RPC. A message that does not arrive in time ends it with DEADLINE_EXCEEDED, one that there is no room for with
 * RESOURCE_EXHAUSTED. Between two messages a stream may be silent for as long as it likes. The request is not destroyed: it is still to be
 * answered.
 */
export async function* readMessages(
  request: IncomingMessage,
  { kind, messageMs, hold, over }: MessageBodyOptions,
): AsyncGenerator<Uint8Array> {
  const chunks: AsyncIterator<Buffer> = request.iterator({ destroyOnReturn: false });
  const isStream = kind === "client_streaming" || kind === "bidi_streaming";
  const envelopes = isStream ? new Envelopes() : undefined;
  // The whole length of a single message is allocated before its first byte is there.
  const announced = isStream ? 0 : Number(request.headers["content-length"] ?? 0);
  const deadline = new Deadline(messageMs);
  deadline.start();
  let held: HeldBody | undefined;
  try {
    held = hold();
    void over.then(held.close);
    held.add(announced);
    for (;;) {
      const { done, value } = await deadline.race(chunks.next());
      if (done) return;
      if (announced === 0) held.add(value.length);
      if (envelopes?.take(value)) {
        // A message has ended within these bytes; what follows it is the beginning of the next one.
        held.release();
        held.add(envelopes.partial);
        deadline.stop();
      }
      if (!envelopes || envelopes.partial > 0) deadline.start();
      yield value;
    }
  } catch (error) {
    if (error instanceof BodyBudgetError) throw new ConnectError(error.message, Code.ResourceExhausted);
    throw error;
  } finally {
    deadline.stop();
    if (kind !== "unary") held?.release();
  }
}

/** Follows the envelopes of a stream without reading what is in them. */
class Envelopes {
  /** Bytes of the message that has not ended, with its head. */
  partial = 0;
  readonly #head = Buffer.alloc(envelopeHead);
  #length = Number.POSITIVE_INFINITY;

  /** @returns whether a message has ended within these bytes */
  take(chunk: Uint8Array): boolean {
    let hasEnded = false;
    for (let at = 0; at < chunk.length; ) {
      if (this.partial < envelopeHead) {
        this.#head[this.partial++] = chunk[at++] ?? 0;
        if (this.partial === envelopeHead) this.#length = envelopeHead + this.#head.readUInt32BE(1);
      } else {
        const taken = Math.min(chunk.length - at, this.#length - this.partial);
        this.partial += taken;
        at += taken;
      }
      if (this.partial === this.#length) {
        hasEnded = true;
        this.partial = 0;
        this.#length = Number.POSITIVE_INFINITY;
      }
    }
    return hasEnded;
  }
}

/** The time that a message has. */
class Deadline {
  readonly #ms: number;
  #timer: NodeJS.Timeout | undefined;
  #error: ConnectError | undefined;
  #fail: ((error: ConnectError) => void) | undefined;

  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Starts it, unless it runs. */
  start(): void {
    this.#timer ??= setTimeout(() => {
      this.#error = new ConnectError(
        `The message did not arrive within ${this.#ms} ms of its beginning.`,
        Code.DeadlineExceeded,
      );
      this.#fail?.(this.#error);
    }, this.#ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Waits for something, for as long as there is time. */
  race<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      work.then(resolve, reject);
      if (this.#error) reject(this.#error);
    });
  }
}
