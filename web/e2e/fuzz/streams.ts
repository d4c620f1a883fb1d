import type { ClientHttp2Stream, OutgoingHttpHeaders } from "node:http2";
import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";
import type { Scene } from "./scene.ts";
import { enveloped, takeEnvelopes } from "./wire.ts";

/** A server may let a host wait that says too much, but not for ever. */
const writeMs = 20_000;

/** A stream over a connection of its own, whose messages are bytes. */
export class RawStream<Desc extends DescMessage> {
  readonly #scene: Scene;
  readonly #stream: ClientHttp2Stream;
  readonly #close: () => void;
  readonly #output: Desc;
  readonly #take: (message: MessageShape<Desc>) => void;
  #rest = Buffer.alloc(0);
  #isOver = false;

  constructor(
    scene: Scene,
    { path, headers, output }: { path: string; headers: OutgoingHttpHeaders; output: Desc },
    take: (message: MessageShape<Desc>) => void,
  ) {
    this.#scene = scene;
    this.#output = output;
    this.#take = take;
    const session = scene.newSession();
    this.#close = () => session.destroy();
    const head = { ":method": "POST", ":path": path, "content-type": "application/connect+proto" };
    this.#stream = session.request({ ...head, "connect-protocol-version": "1", ...headers });
    this.#stream.on("error", () => {});
    this.#stream.on("data", (chunk: Buffer) => this.#arrived(path, chunk));
    // A server that has said its last word reads nothing more.
    this.#stream.on("end", () => this.#stream.close());
    this.#stream.on("close", () => {
      this.#isOver = true;
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Writes bytes as they are, once the server takes more. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#isOver) return;
    if (this.#stream.write(bytes)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.cut(), writeMs);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#stream.once("drain", done);
      this.#stream.once("close", done);
    });
  }

  message(bytes: Uint8Array, flags = 0): Promise<void> {
    return this.write(enveloped(bytes, flags));
  }

  /** Says that nothing more comes. */
  finish(): void {
    this.#stream.end();
  }

  /** Ends the connection in the middle of whatever it does. */
  cut(): void {
    this.#close();
  }

  /** Waits until something holds, or a moment has passed. */
  async until(holds: () => boolean, ms = 3000): Promise<boolean> {
    const deadline = Date.now() + ms;
    while (!holds() && !this.#isOver && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    return holds();
  }

  #arrived(path: string, chunk: Buffer): void {
    const { judge } = this.#scene;
    this.#rest = Buffer.from(
      takeEnvelopes(Buffer.concat([this.#rest, chunk]), (flags, message) => {
        judge.bytes(path, message);
        if (flags & 2) this.#ended(path, message);
        else this.#take(fromBinary(this.#output, message));
      }),
    );
  }

  #ended(path: string, message: Buffer): void {
    const text = message.toString();
    if (/"code":"(internal|unknown|data_loss)"/.test(text)) this.#scene.judge.report("internal", `${path}: ${text}`);
  }
}
