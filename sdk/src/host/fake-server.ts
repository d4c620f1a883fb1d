// A server of the tests: real HTTP on a real port, with a script in place of the product.
import { createServer as createHttp1Server, type RequestListener } from "node:http";
import { createServer, type Http2Server } from "node:http2";
import type { AddressInfo, Server, Socket } from "node:net";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { type AttachRequest, type Hello, HostService, type SendRequest, type WelcomeSchema } from "@interval/proto";
import { FakeHost } from "./fake-host.ts";

/** What becomes of a connection that begins with HTTP/2's preface, at a server that has HTTP/1.1 alone. */
export type OnPreface = (socket: Socket) => void;

export class FakeServer {
  /** Refuses every host while it is set. */
  refusal: ConnectError | undefined;
  /** What the welcome says beyond the usual. */
  welcome: (hello: Hello) => MessageInitShape<typeof WelcomeSchema> = () => ({});
  readonly hosts: FakeHost[] = [];
  port = 0;
  #seen = 0;
  #wake: Array<() => void> = [];
  /** Called before a Send is answered. */
  reply: (number: bigint) => Promise<void> = async () => {};
  readonly #server: Server | Http2Server;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Map<string, { host: FakeHost; last: bigint }>();

  private constructor(onPreface: OnPreface | undefined) {
    const service: ServiceImpl<typeof HostService> = {
      attach: this.#attach.bind(this),
      receive: this.#receive.bind(this),
      send: this.#send.bind(this),
    };
    const listener = connectNodeAdapter({ routes: (router) => router.service(HostService, service) });
    this.#server = onPreface ? http1Server(listener, onPreface) : createServer(listener);
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  /** @param onPreface makes it a server that has HTTP/1.1 alone; otherwise it has HTTP/2 alone */
  static async start(port = 0, onPreface?: OnPreface): Promise<FakeServer> {
    const fake = new FakeServer(onPreface);
    await new Promise<void>((resolve) => fake.#server.listen(port, "127.0.0.1", resolve));
    fake.port = (fake.#server.address() as AddressInfo).port;
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Waits for the next host that attaches. */
  async nextHost(): Promise<FakeHost> {
    while (true) {
      const host = this.hosts[this.#seen];
      if (host) {
        this.#seen++;
        return host;
      }
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /** Cuts every connection and stops. */
  async stop(): Promise<void> {
    for (const host of this.hosts) host.drop();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async *#attach(requests: AsyncIterable<AttachRequest>, { requestHeader }: { requestHeader: Headers }) {
    const reader = requests[Symbol.asyncIterator]();
    const first = await reader.next();
    const [opening, ...rest] = first.done ? [] : first.value.frames;
    if (opening?.body.case !== "hello") throw new Error("The first frame is no hello.");
    const host = this.#accept(opening.body.value, requestHeader);
    for (const frame of rest) host.heard(frame);
    void read(reader, host);
    for await (const frames of host.outgoing()) yield { frames };
  }

  async *#receive({ hello }: { hello?: Hello }, { requestHeader }: { requestHeader: Headers }) {
    if (!hello) throw new Error("There is no hello.");
    const host = this.#accept(hello, requestHeader);
    const sessionToken = `session_${this.hosts.length}`;
    this.#sessions.set(sessionToken, { host, last: 0n });
    for await (const frames of host.outgoing()) yield { sessionToken, frames };
    this.#sessions.delete(sessionToken);
  }

  async #send({ sessionToken, number, frames }: SendRequest) {
    const session = this.#sessions.get(sessionToken);
    if (!session) throw new ConnectError("there is no such session", Code.NotFound);
    if (number > session.last + 1n) throw new ConnectError("a number is missing", Code.OutOfRange);
    if (number > session.last) {
      session.last = number;
      for (const frame of frames) session.host.heard(frame);
      if (frames.at(-1)?.body.case === "goodbye") session.host.drop();
    }
    await this.reply(number);
    return {};
  }

  #accept(hello: Hello, headers: Headers): FakeHost {
    if (this.refusal) throw this.refusal;
    const host = new FakeHost(hello, headers);
    const runs = hello.liveRuns.map(({ runId }) => ({ runId, resumed: true, lastSequence: 0n }));
    const dashboardUrl = `${this.url}/main/development`;
    const usual = {
      hostId: "host_1",
      organization: "main",
      environment: "development",
      dashboardUrl,
      protocol: 1,
      runs,
    };
    host.say({ body: { case: "welcome", value: { ...usual, ...this.welcome(hello) } } });
    this.hosts.push(host);
    for (const resolve of this.#wake.splice(0)) resolve();
    return host;
  }
}

/** Looks at the first bytes of each connection, and hands over what is not HTTP/2. */
function http1Server(listener: RequestListener, onPreface: OnPreface): Server {
  const server = createHttp1Server(listener);
  const serve = server.listeners("connection");
  server.removeAllListeners("connection").on("connection", (socket: Socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", (head) => {
      socket.pause();
      socket.unshift(head);
      if (head.toString().startsWith("PRI")) return onPreface(socket);
      for (const each of serve) each.call(server, socket);
      socket.resume();
    });
  });
  return server;
}

async function read(reader: AsyncIterator<AttachRequest>, host: FakeHost): Promise<void> {
  try {
    for (let next = await reader.next(); !next.done; next = await reader.next()) {
      for (const frame of next.value.frames) host.heard(frame);
    }
  } catch {
    // The connection is gone.
  }
  host.drop();
}
