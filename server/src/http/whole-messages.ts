/** How a body is put together. */
interface Whole {
  /** Whether it consists of messages with 5 bytes before each: flags, and the length. Else it is one message. */
  isEnveloped: boolean;
  /** The most bytes of a message. More is passed on as it comes: who reads it refuses it. */
  most: number;
  /** Waited for before each message: from there on it costs time. */
  turn?: () => Promise<void>;
  /** Told of each message that is not compressed; what it throws ends the body. */
  onMessage?: (message: Uint8Array) => void;
  /** Told of each compressed message; what it throws ends the body. */
  onCompressed?: () => void;
}

const envelopeBytes = 5;
const compressedFlag = 1;

/**
 * The messages of a request's body, each in one piece. Its reader looks at all pieces that it has whenever another one comes, so that a
 * message in pieces of a byte would keep it busy for minutes.
 */
export async function* wholeMessages(
  body: AsyncIterable<Uint8Array>,
  { isEnveloped, most, turn, onMessage, onCompressed }: Whole,
): AsyncGenerator<Uint8Array> {
  const held = new Held();
  for await (const piece of body) {
    held.add(piece);
    if (!isEnveloped) {
      if (held.length > most) yield held.take(held.length);
      continue;
    }
    while (true) {
      const length = held.envelope();
      if (length === undefined || length > held.length) break;
      const message = held.take(length);
      await turn?.();
      if (((message[0] ?? 0) & compressedFlag) === 0) onMessage?.(message.subarray(envelopeBytes));
      else onCompressed?.();
      yield message;
    }
    const expected = held.envelope() ?? 0;
    if (expected > most + envelopeBytes) yield held.take(held.length);
  }
  if (held.length === 0) return;
  const rest = held.take(held.length);
  await turn?.();
  if (!isEnveloped) onMessage?.(rest);
  yield rest;
}

/** Bytes that wait for those that follow, in one buffer that grows by doubling. */
class Held {
  #bytes = new Uint8Array(4096);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  add(piece: Uint8Array): void {
    if (this.#end + piece.length > this.#bytes.length) {
      const held = this.#bytes.subarray(this.#start, this.#end);
      const isRoomy = held.length + piece.length <= this.#bytes.length / 2;
      const bytes = isRoomy ? this.#bytes : new Uint8Array(2 * (held.length + piece.length));
      bytes.set(held);
      [this.#bytes, this.#start, this.#end] = [bytes, 0, held.length];
    }
    this.#bytes.set(piece, this.#end);
    this.#end += piece.length;
  }

  /** How long the next message is with what is before it, once that is known. */
  envelope(): number | undefined {
    if (this.length < envelopeBytes) return undefined;
    return envelopeBytes + new DataView(this.#bytes.buffer, this.#start).getUint32(1);
  }

  take(length: number): Uint8Array {
    const taken = this.#bytes.slice(this.#start, this.#start + length);
    this.#start += length;
    if (this.#start === this.#end) [this.#start, this.#end] = [0, 0];
    return taken;
  }
}
