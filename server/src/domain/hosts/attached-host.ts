import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { BatchQueue, type Hello, limits, type ServerFrame, ServerFrameSchema } from "@interval/proto";
import type { Scope } from "../../store/store.ts";

/** A host that is attached: its process, what it offers, and the way to it. */
export class AttachedHost {
  readonly id: string;
  readonly instanceId: string;
  readonly scope: Scope;
  readonly sdk: string;
  catalog: Hello["catalog"];
  /** Takes no new runs: it or the server is leaving. */
  draining = false;
  /** When it was last heard, on the monotonic clock. */
  heardAt = performance.now();
  readonly frames = new BatchQueue<ServerFrame>({
    sizeOf: (frame) => toBinary(ServerFrameSchema, frame).length,
    batchBytes: limits.batchBytes,
    maxBytes: limits.messageBytes,
  });

  constructor(id: string, scope: Scope, hello: Hello) {
    this.id = id;
    this.scope = scope;
    this.instanceId = hello.instanceId;
    this.sdk = `${hello.sdkName} ${hello.sdkVersion}`;
    this.catalog = hello.catalog;
  }

  /** Sends a frame; one to a host that is gone is dropped, since the journal has what it needs to know when it comes back. */
  send(frame: MessageInitShape<typeof ServerFrameSchema>): void {
    if (!this.frames.closed) void this.frames.push(create(ServerFrameSchema, frame));
  }

  /** Sends a frame about a run. */
  sendToRun(runId: string, body: MessageInitShape<typeof ServerFrameSchema>["body"], sequence: bigint = 0n): void {
    this.send({ scope: { case: "runId", value: runId }, body, sequence });
  }

  offers(path: string): boolean {
    return this.catalog?.routes.some((route) => route.path === path) ?? false;
  }
}
