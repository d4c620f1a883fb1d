import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A line to a server that breaks when it is told to. */
export class Line implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Bytes that clients have sent so far. */
  sent = 0;
  #breaksAt = Number.POSITIVE_INFINITY;
  /** How often it broke. */
  breaks = 0;

  private constructor(port: number) {
    this.#server = createServer((client) => {
      const upstream = connect(port, "localhost");
      const cut = () => {
        client.destroy();
        upstream.destroy();
      };
      for (const socket of [client, upstream]) {
        this.#sockets.add(socket);
        socket.on("error", cut).on("close", cut);
        socket.once("close", () => this.#sockets.delete(socket));
      }
      upstream.pipe(client);
      client.on("data", (chunk) => {
        this.sent += chunk.length;
        if (this.sent >= this.#breaksAt) return this.#break();
        if (!upstream.write(chunk)) client.pause();
      });
      upstream.on("drain", () => client.resume());
      client.on("end", () => upstream.end());
    });
  }

  /** Opens a line to a server of this machine. */
  static async to(url: string): Promise<Line> {
    const line = new Line(Number(new URL(url).port));
    line.#server.listen(0, "localhost");
    await once(line.#server, "listening");
    return line;
  }

  /** Where the line begins. */
  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Breaks once clients have sent so many more bytes. */
  breakAfter(bytes: number): void {
    this.#breaksAt = this.sent + bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #break(): void {
    this.breaks++;
    this.#breaksAt = Number.POSITIVE_INFINITY;
    for (const socket of this.#sockets) socket.destroy();
  }
}
