// A server of the tests: real HTTP/2 on a real port, with a script in place of the product.
import { createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import {
  type AttachRequest,
  AttachResponseSchema,
  type Hello,
  type HostFrame,
  HostService,
  type ServerFrameSchema,
  toParams,
  type WelcomeSchema,
} from "@interval/proto";

type Body<Case> = Extract<HostFrame["body"], { case: Case }> extends { value: infer Value } ? Value : never;
type Frame = MessageInitShape<typeof ServerFrameSchema>;

/** A host as the fake server sees it, from its hello on. */
export class FakeHost {
  readonly hello: Hello;
  readonly headers: Headers;
  /** Every frame after the hello, in order. */
  readonly frames: HostFrame[] = [];
  /** Whether frames of runs are acknowledged by themselves. */
  acknowledges = true;
  #read = 0;
  #wake: Array<() => void> = [];
  #out: Frame[] = [];
  #wakeWriter: (() => void) | undefined;
  #over = false;

  constructor(hello: Hello, headers: Headers) {
    this.hello = hello;
    this.headers = headers;
  }

  /** Waits for the next frame of a kind; frames before it are passed over. */
  async next<Case extends HostFrame["body"]["case"]>(kind: Case): Promise<Body<Case>> {
    while (true) {
      for (; this.#read < this.frames.length; this.#read++) {
        const body = this.frames[this.#read]?.body;
        if (body?.case === kind) {
          this.#read++;
          return body.value as Body<Case>;
        }
      }
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  say(...frames: Frame[]): void {
    this.#out.push(...frames);
    this.#wakeWriter?.();
  }

  /** Starts a run. */
  start(runId: string, action: string, params: Record<string, unknown> = {}): void {
    const value = { action, params: toParams(params), context: contextOf(action) };
    this.run(runId, 1n, { case: "startRun", value });
  }

  /** Opens a page. */
  openPage(pageId: string, page: string, params: Record<string, unknown> = {}): void {
    this.page(pageId, { case: "openPage", value: { page, params: toParams(params), context: contextOf(page) } });
  }

  /** Says something about a page session. */
  page(pageId: string, body: NonNullable<Frame["body"]>): void {
    this.say({ scope: { case: "pageId", value: pageId }, body });
  }

  /** Says something about a run. */
  run(runId: string, sequence: bigint, body: NonNullable<Frame["body"]>): void {
    this.say({ sequence, scope: { case: "runId", value: runId }, body });
  }

  /** Ends the stream without a word. */
  drop(): void {
    this.#over = true;
    this.#wakeWriter?.();
  }

  heard(frame: HostFrame): void {
    this.frames.push(frame);
    const { scope, sequence } = frame;
    if (this.acknowledges && scope.case === "runId" && sequence > 0n)
      this.run(scope.value, 0n, { case: "ack", value: { sequence } });
    for (const resolve of this.#wake.splice(0)) resolve();
  }

  async *outgoing() {
    while (!this.#over) {
      if (this.#out.length > 0) yield create(AttachResponseSchema, { frames: this.#out.splice(0) });
      else {
        await new Promise<void>((resolve) => {
          this.#wakeWriter = resolve;
        });
      }
    }
  }
}

export class FakeServer {
  /** Refuses every host while it is set. */
  refusal: ConnectError | undefined;
  /** What the welcome says beyond the usual. */
  welcome: (hello: Hello) => MessageInitShape<typeof WelcomeSchema> = () => ({});
  readonly hosts: FakeHost[] = [];
  port = 0;
  #seen = 0;
  #wake: Array<() => void> = [];
  #server: Http2Server;
  readonly #sessions = new Set<ServerHttp2Session>();

  private constructor() {
    const attach = this.#attach.bind(this);
    this.#server = createServer(connectNodeAdapter({ routes: (router) => router.service(HostService, { attach }) }));
    this.#server.on("session", (session) => {
      this.#sessions.add(session);
      session.once("close", () => this.#sessions.delete(session));
    });
  }

  static async start(port = 0): Promise<FakeServer> {
    const fake = new FakeServer();
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
    for (const session of this.#sessions) session.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async *#attach(requests: AsyncIterable<AttachRequest>, { requestHeader }: { requestHeader: Headers }) {
    if (this.refusal) throw this.refusal;
    const reader = requests[Symbol.asyncIterator]();
    const first = await reader.next();
    const [opening, ...rest] = first.done ? [] : first.value.frames;
    if (opening?.body.case !== "hello") throw new Error("The first frame is no hello.");
    const host = new FakeHost(opening.body.value, requestHeader);
    const runs = host.hello.liveRuns.map(({ runId }) => ({ runId, resumed: true, lastSequence: 0n }));
    const dashboardUrl = `${this.url}/main/development`;
    const usual = {
      hostId: "host_1",
      organization: "main",
      environment: "development",
      dashboardUrl,
      protocol: 1,
      runs,
    };
    host.say({ body: { case: "welcome", value: { ...usual, ...this.welcome(host.hello) } } });
    for (const frame of rest) host.heard(frame);
    void read(reader, host);
    this.hosts.push(host);
    for (const resolve of this.#wake.splice(0)) resolve();
    yield* host.outgoing();
  }
}

function contextOf(route: string) {
  return {
    organization: { slug: "main", name: "Main" },
    environment: { slug: "development", name: "Development" },
    trigger: "operator",
    actionUrl: `http://dashboard/main/development/actions/${route}`,
    user: {
      id: "user_1",
      email: "ada@example.com",
      firstName: "Ada",
      lastName: "Lovelace",
      role: 3,
      timeZone: "UTC",
    },
  };
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
