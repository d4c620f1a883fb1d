import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  BatchQueue,
  type Hello,
  type HostTransport,
  limits,
  type RouteFault,
  type ServerFrame,
  ServerFrameSchema,
} from "@interval/proto";
import type { Scope } from "../../store/store.ts";
import { instanceKey } from "../access/place.ts";
import { listedFaults } from "./listed.ts";

/** What a host says of its program: its name, its machine, its process there, and its directory. */
export type Program = Pick<Hello, "name" | "hostname" | "pid" | "directory">;

type FrameBody = MessageInitShape<typeof ServerFrameSchema>["body"];

/** A host that is attached: its process, what it offers, and the way to it. */
export class AttachedHost {
  readonly id: string;
  readonly instanceId: string;
  readonly scope: Scope;
  /** The process within its scope, as the key of maps. */
  readonly key: string;
  readonly sdk: Pick<Hello, "sdkName" | "sdkVersion">;
  readonly transport: HostTransport;
  readonly program: Program;
  /** When its process was first accepted. */
  attachedAt = Date.now();
  #catalog: Hello["catalog"];
  #paths = new Set<string>();
  /** Files of its routes that it could not use. */
  routeFaults: RouteFault[];
  /** Whether it offers nothing any more, since it is about to leave. */
  draining = false;
  /** When it was last heard, on the monotonic clock. */
  heardAt = performance.now();
  /** When its stream last took something of what is said to it, on the monotonic clock. */
  tookAt = performance.now();
  readonly frames = new BatchQueue<ServerFrame>({
    sizeOf: (frame) => toBinary(ServerFrameSchema, frame).length,
    batchBytes: limits.batchBytes,
    maxBytes: limits.messageBytes,
  });

  readonly #held = new Map<string, Array<{ body: FrameBody; sequence: bigint }>>();

  constructor(id: string, scope: Scope, hello: Hello, transport: HostTransport) {
    this.id = id;
    this.scope = scope;
    this.instanceId = hello.instanceId;
    this.key = instanceKey(scope, hello.instanceId);
    this.sdk = { sdkName: hello.sdkName, sdkVersion: hello.sdkVersion };
    this.program = {
      name: hello.name.slice(0, limits.hostName).toWellFormed(),
      hostname: hello.hostname.slice(0, limits.hostName).toWellFormed(),
      pid: hello.pid,
      directory: hello.directory.slice(0, limits.hostDirectory).toWellFormed(),
    };
    this.transport = transport;
    this.catalog = hello.catalog;
    this.routeFaults = listedFaults(hello.routeFaults);
  }

  /** Sends a frame; one to a host that is gone is dropped, since the journal has what it needs to know when it comes back. */
  send(frame: MessageInitShape<typeof ServerFrameSchema>): void {
    if (!this.frames.closed) void this.frames.push(create(ServerFrameSchema, frame));
  }

  /** Sends a frame about a run. One that carries an event waits its turn while the host is sent what it has missed. */
  sendToRun(runId: string, body: FrameBody, sequence: bigint = 0n): void {
    const held = sequence > 0n ? this.#held.get(runId) : undefined;
    if (held) held.push({ body, sequence });
    else this.send({ scope: { case: "runId", value: runId }, body, sequence });
  }

  /** Holds back what happens in a run, until what was missed before is sent. */
  hold(runId: string): void {
    this.#held.set(runId, []);
  }

  /** Sends what was held back, but what was sent as missed, up to a sequence. */
  release(runId: string, sent: bigint): void {
    const held = this.#held.get(runId) ?? [];
    this.#held.delete(runId);
    for (const { body, sequence } of held) if (sequence > sent) this.sendToRun(runId, body, sequence);
  }

  /** What it offers. */
  get catalog(): Hello["catalog"] {
    return this.#catalog;
  }

  set catalog(catalog: Hello["catalog"]) {
    this.#catalog = catalog;
    this.#paths = new Set(catalog?.routes.map(({ path }) => path));
  }

  offers(path: string): boolean {
    return this.#paths.has(path);
  }
}
