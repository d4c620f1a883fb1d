// A host of the tests without HTTP/2: it speaks HostService.Receive and Send as it is told.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Client, createClient, type Transport } from "@connectrpc/connect";
import { type HostFrameSchema, HostService, type ServerFrame } from "@interval/proto";
import { Mailbox } from "./mailbox.ts";
import { actions, type HostBody } from "./scripted-host.ts";

type Frame = MessageInitShape<typeof HostFrameSchema>;

/** One session: what the server says, and calls under whatever number a test wants. */
export class ReceivingHost {
  readonly frames = new Mailbox<ServerFrame>();
  token = "";
  readonly #client: Client<typeof HostService>;
  readonly #abort = new AbortController();

  private constructor(transport: Transport) {
    this.#client = createClient(HostService, transport);
  }

  /** Attaches, and resolves once the server has said welcome; rejects with its refusal. */
  static async attach(
    transport: Transport,
    { instanceId = "receiving", offers = "hello", liveRuns = [] as Array<{ runId: string }> } = {},
  ): Promise<ReceivingHost> {
    const host = new ReceivingHost(transport);
    const hello = { instanceId, protocolMin: 1, protocolMax: 1, catalog: actions(offers), liveRuns };
    void host.#read(host.#client.receive({ hello }, { signal: host.#abort.signal }));
    await host.next("welcome");
    return host;
  }

  /** The next frame of a kind; those before it are passed over. */
  next(kind: ServerFrame["body"]["case"]): Promise<ServerFrame> {
    return this.frames.next((frame) => (frame.body.case === kind ? frame : undefined));
  }

  async send(number: bigint, frames: Frame[] = [], sessionToken = this.token): Promise<void> {
    await this.#client.send({ sessionToken, number, frames }, { timeoutMs: 10_000 });
  }

  /** Drops the stream without a word. */
  async drop(): Promise<void> {
    this.#abort.abort();
    await this.frames.whenEnded();
  }

  async #read(responses: AsyncIterable<{ sessionToken: string; frames: ServerFrame[] }>): Promise<void> {
    try {
      for await (const { sessionToken, frames } of responses) {
        this.token ||= sessionToken;
        for (const frame of frames) this.frames.put(frame);
      }
      this.frames.end();
    } catch (error) {
      this.frames.end(error);
    }
  }
}

/** Frames of a run, numbered from a sequence on. */
export function framesOf(runId: string, sequence: bigint, ...bodies: HostBody[]): Frame[] {
  const scope = { case: "runId" as const, value: runId };
  return bodies.map((body, i) => ({ scope, sequence: sequence + BigInt(i), body }));
}
