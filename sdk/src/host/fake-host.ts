// A host as the fake server of the tests sees it.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Hello, type HostFrame, type ServerFrameSchema, toParams } from "@interval/proto";

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
      if (this.#out.length > 0) yield this.#out.splice(0);
      else {
        await new Promise<void>((resolve) => {
          this.#wakeWriter = resolve;
        });
      }
    }
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
