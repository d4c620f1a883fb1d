// A host of the tests: it speaks HostService.Attach as it is told, where a real one would have rules of its own.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { createClient, type Transport } from "@connectrpc/connect";
import {
  type AttachRequest,
  AttachRequestSchema,
  BatchQueue,
  type CatalogSchema,
  type Fetch,
  type HostFrame,
  HostFrameSchema,
  HostService,
  type OpenPage,
  type RouteFaultSchema,
  type ServerFrame,
  type Welcome,
} from "@interval/proto";
import { Mailbox } from "./mailbox.ts";

export type HostBody = NonNullable<MessageInitShape<typeof HostFrameSchema>["body"]>;
type Body<Case> = Extract<ServerFrame["body"], { case: Case }> extends { value: infer Value } ? Value : never;

/** How a scripted host presents itself beyond the usual. */
export interface HostOptions {
  hello?: Partial<{
    instanceId: string;
    name: string;
    hostname: string;
    pid: number;
    directory: string;
    protocolMin: number;
    protocolMax: number;
    catalog: MessageInitShape<typeof CatalogSchema>;
    routeFaults: Array<MessageInitShape<typeof RouteFaultSchema>>;
    attachTime: Timestamp;
    liveRuns: Array<{ runId: string; lastSequence?: bigint; epoch?: number }>;
  }>;
  /** Says nothing by itself, not even that it is alive. */
  silent?: boolean;
}

let instances = 0;

/** A catalogue of actions. */
export function actions(...paths: string[]): MessageInitShape<typeof CatalogSchema> {
  return { digest: paths.join(), routes: paths.map((path) => ({ path, kind: { case: "action", value: {} } })) };
}

/** A catalogue of an action, and of a page with a layout and one without. */
export const withPages: MessageInitShape<typeof CatalogSchema> = {
  digest: "pages",
  routes: [
    { path: "hello", kind: { case: "action", value: {} } },
    { path: "about", kind: { case: "page", value: { hasHandler: true } } },
    { path: "plain", kind: { case: "page", value: {} } },
  ],
};

/** What a page shows: a table under the key "found". */
export function showsTable(host: ScriptedHost, pageId: string): void {
  host.sayOf(pageId, { case: "page", value: { outcome: { case: "layout", value: { parts: ["found"] } } } });
  const component = { key: "found", kind: { case: "displayTable", value: { table: {} } } } as const;
  host.sayOf(pageId, { case: "part", value: { key: "found", content: { case: "component", value: component } } });
}

/** A catalogue of durable actions. */
export function durableActions(...paths: string[]): MessageInitShape<typeof CatalogSchema> {
  return {
    digest: paths.join(),
    routes: paths.map((path) => ({ path, kind: { case: "action", value: { durable: true } } })),
  };
}

/** One connection of a host's process. */
export class ScriptedHost {
  readonly instanceId: string;
  readonly frames = new Mailbox<ServerFrame>();
  /** What components have asked, beside their place among the frames. */
  readonly fetches = new Mailbox<Fetch>();
  #welcome: Welcome | undefined;
  readonly #abort = new AbortController();
  readonly #out = new BatchQueue<HostFrame>({ sizeOf: () => 1, batchBytes: 1000, maxBytes: 1_000_000 });
  readonly #sequences = new Map<string, bigint>();
  readonly #epochs = new Map<string, number>();
  #heartbeats: NodeJS.Timeout | undefined;

  private constructor(instanceId: string) {
    this.instanceId = instanceId;
  }

  /** Attaches, and resolves once the server has said welcome; rejects with its refusal. */
  static async attach(transport: Transport, key: string, { hello, silent }: HostOptions = {}): Promise<ScriptedHost> {
    const host = new ScriptedHost(hello?.instanceId ?? `instance_${++instances}`);
    const usual = {
      sdkName: "scripted",
      sdkVersion: "1.0.0",
      protocolMin: 1,
      protocolMax: 1,
      catalog: actions("hello"),
    };
    host.send({ body: { case: "hello", value: { ...usual, ...hello, instanceId: host.instanceId } } });
    const headers = key ? { Authorization: `Bearer ${key}` } : undefined;
    const { signal } = host.#abort;
    void host.#read(createClient(HostService, transport).attach(host.#requests(), { headers, signal }));
    host.#welcome = await host.next("welcome");
    if (!silent) host.#heartbeats = setInterval(() => host.send({ body: { case: "heartbeat", value: {} } }), 500);
    return host;
  }

  get welcome(): Welcome {
    if (!this.#welcome) throw new Error("The host was not welcomed.");
    return this.#welcome;
  }

  /** The next frame of a kind; those before it are passed over. */
  async next<Case extends ServerFrame["body"]["case"]>(kind: Case, runId?: string): Promise<Body<Case>> {
    return (await this.nextFrame(kind, runId)).body.value as Body<Case>;
  }

  nextFrame(kind: ServerFrame["body"]["case"], runId?: string): Promise<ServerFrame> {
    return this.frames.next((frame) => (frame.body.case === kind && isAbout(frame, runId) ? frame : undefined));
  }

  /** Waits until everything of a run up to a sequence is acknowledged, by default all that was said. */
  async acknowledged(runId: string, sequence = this.#sequences.get(runId) ?? 0n): Promise<void> {
    while ((await this.next("ack", runId)).sequence < sequence);
  }

  /** What the server has told about a run so far, acknowledgements left out. */
  toldOf(runId: string): ServerFrame["body"]["case"][] {
    const frames = this.frames.all.filter((frame) => isAbout(frame, runId));
    return frames.map(({ body }) => body.case).filter((kind) => kind !== "ack");
  }

  /** Says something about a run under the next sequence, or under a given one. */
  say(runId: string, body: HostBody, sequence = (this.#sequences.get(runId) ?? 0n) + 1n): void {
    this.#sequences.set(runId, sequence);
    const epoch = this.#epochs.get(runId) ?? 0;
    this.send({ sequence, epoch, scope: { case: "runId", value: runId }, body });
  }

  /** Says something about a page session. */
  sayOf(pageId: string, body: HostBody): void {
    this.send({ scope: { case: "pageId", value: pageId }, body });
  }

  /** The page session that is opened next, and what it is opened with. */
  async opened(): Promise<{ pageId: string; opening: OpenPage }> {
    const { scope, body } = await this.nextFrame("openPage");
    if (scope.case !== "pageId" || body.case !== "openPage") throw new Error("A page was opened without a session.");
    return { pageId: scope.value, opening: body.value };
  }

  /** Says what follows about a run as the host of a later epoch. */
  enter(runId: string, epoch: number): void {
    this.#epochs.set(runId, epoch);
    this.#sequences.delete(runId);
  }

  /** Goes on with the numbering of an earlier connection. */
  continue(runId: string, sequence: bigint): void {
    this.#sequences.set(runId, sequence);
  }

  send(frame: MessageInitShape<typeof HostFrameSchema>): void {
    void this.#out.push(create(HostFrameSchema, frame));
  }

  /** Drops the connection without a word. */
  async drop(): Promise<void> {
    clearInterval(this.#heartbeats);
    this.#abort.abort();
    await this.frames.whenEnded();
  }

  async #read(responses: AsyncIterable<{ frames: ServerFrame[] }>): Promise<void> {
    try {
      for await (const { frames } of responses) {
        for (const frame of frames) {
          this.frames.put(frame);
          if (frame.body.case === "fetch") this.fetches.put(frame.body.value);
        }
      }
      this.frames.end();
    } catch (error) {
      this.frames.end(error);
    } finally {
      clearInterval(this.#heartbeats);
      this.#out.close();
    }
  }

  async *#requests(): AsyncGenerator<AttachRequest> {
    for await (const frames of this.#out) yield create(AttachRequestSchema, { frames });
  }
}

function isAbout({ scope }: ServerFrame, runId: string | undefined): boolean {
  return runId === undefined || (scope.case === "runId" && scope.value === runId);
}

/** A call that asks for a text, for a file, or for what is found, under a key. */
export function asks(key: string, kind: "inputText" | "inputFile" | "search" = "inputText"): HostBody {
  const components = [{ key, label: key, kind: { case: kind, value: {} } }];
  return { case: "call", value: { call: { key, awaitsAnswer: true, components } } };
}

export const began: HostBody = { case: "began", value: {} };
export const success: HostBody = { case: "finish", value: { outcome: { case: "success", value: {} } } };

export function logs(line: string): HostBody {
  return { case: "log", value: { values: [{ kind: { case: "stringValue", value: line } }] } };
}
