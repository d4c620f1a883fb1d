// A client of the tests that sends exactly the bytes that it is told to.
import { once } from "node:events";
import net from "node:net";

export class RawClient {
  readonly socket: net.Socket;
  #received = Buffer.alloc(0);
  #isClosed = false;

  private constructor(port: number, localAddress: string) {
    this.socket = net.connect({ port, host: "127.0.0.1", localAddress, allowHalfOpen: true });
    this.socket.on("data", (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes]);
    });
    this.socket.on("end", () => this.socket.end());
    this.socket.on("error", () => undefined); // a reset is one of the ends that are tested
    this.socket.on("close", () => {
      this.#isClosed = true;
    });
  }

  /** @param from the client's own address */
  static async connect(port: number, from = "127.0.0.1"): Promise<RawClient> {
    const client = new RawClient(port, from);
    await once(client.socket, "connect");
    return client;
  }

  get received(): Buffer {
    return this.#received;
  }

  get text(): string {
    return this.#received.toString("latin1");
  }

  send(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  /** Sends each byte in a packet of its own. */
  async sendByteByByte(bytes: Buffer): Promise<void> {
    this.socket.setNoDelay(true);
    for (const byte of bytes) {
      await new Promise((resolve) => this.socket.write(Buffer.of(byte), resolve));
      await new Promise(setImmediate);
    }
  }

  /** Waits until the server has said something that fits. */
  async says(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.text)) {
      if (this.#isClosed) throw new Error(`The connection ended after ${JSON.stringify(this.text)}.`);
      await Promise.race([once(this.socket, "data"), once(this.socket, "close")]);
    }
  }

  /** Waits until the server has ended the connection, in whatever way. */
  async closed(): Promise<void> {
    if (!this.#isClosed) await once(this.socket, "close");
  }
}

/** What an HTTP/2 client says first. */
export const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** A frame of HTTP/2, of the connection itself unless a stream is named. */
export function frame(type: number, flags = 0, payload = Buffer.alloc(0), stream = 0): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Headers of a GET over HTTP/2. */
export function getFrame(stream: number, path: string): Buffer {
  const literal = (name: number, value: string) =>
    Buffer.concat([Buffer.from([name, value.length]), Buffer.from(value)]);
  const block = Buffer.concat([Buffer.from([0x82, 0x86]), literal(0x01, "a"), literal(0x04, path)]);
  return frame(1, 0x5, block, stream);
}

export const settings = frame(4);

/** The types of the HTTP/2 frames in some bytes. */
export function frameTypes(bytes: Buffer): number[] {
  const types: number[] = [];
  for (let at = 0; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3)) types.push(bytes.readUInt8(at + 3));
  return types;
}
