import { once } from "node:events";
import { createServer, request as forward, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** What a proxy of HTTP/1.1 does with a connection that begins with HTTP/2's preface. */
export type OnHttp2 = "refuse" | "ignore";

/** A reverse proxy as many networks have one: it speaks HTTP/1.1 alone, passes requests on, and streams the answers. */
export class Http1Proxy implements AsyncDisposable {
  /** The paths that were asked for. */
  readonly paths: string[] = [];
  /** How often somebody has tried HTTP/2. */
  prefaces = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(target: string, onHttp2: OnHttp2) {
    const { hostname, port } = new URL(target);
    this.#server = createServer((request, response) => {
      const { method, url: path = "", headers } = request;
      this.paths.push(path);
      const onward = forward({ hostname, port, method, path, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers).flushHeaders();
        answer.on("error", () => response.destroy()).pipe(response);
      });
      onward.on("error", () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
      response.on("close", () => onward.destroy());
      request.pipe(onward);
    });
    this.#server.on("upgrade", (_request, socket) => socket.end("HTTP/1.1 501 Not Implemented\r\n\r\n"));
    const serve = this.#server.listeners("connection");
    this.#server.removeAllListeners("connection").on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => socket.destroy()).once("close", () => this.#sockets.delete(socket));
      socket.once("data", (head) => {
        socket.pause();
        socket.unshift(head);
        const isHttp2 = head.toString().startsWith("PRI");
        if (isHttp2) this.prefaces++;
        if (isHttp2 && onHttp2 === "ignore") return;
        for (const each of serve) each.call(this.#server, socket);
        socket.resume();
      });
    });
  }

  /** Opens a proxy in front of a server. */
  static async to(target: string, onHttp2: OnHttp2): Promise<Http1Proxy> {
    const proxy = new Http1Proxy(target, onHttp2);
    proxy.#server.listen(0, "localhost");
    await once(proxy.#server, "listening");
    return proxy;
  }

  /** Where the proxy is. */
  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Cuts every connection that stands. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.cut();
  }
}
