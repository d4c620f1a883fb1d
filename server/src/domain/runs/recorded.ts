import { create, toBinary } from "@bufbuild/protobuf";
import { limits, type Recorded, RecordedSchema, type RunEvent, RunEventSchema } from "@interval/proto";

/** What executing a program again needs to know; who watched, and which hosts were lost, is nothing to it. */
const kinds = new Set<RunEvent["kind"]["case"]>([
  "began",
  "called",
  "patched",
  "submitted",
  "accepted",
  "refused",
  "withdrawn",
  "stepped",
  "loading",
  "redirected",
  "cancelRequested",
]);

/** What a durable run has recorded up to a sequence, in pieces of which each fits into a frame. */
export function recordedPieces(events: readonly RunEvent[], upTo: bigint): Recorded[] {
  const pieces: Recorded[] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const event of events) {
    if (event.sequence > upTo || !kinds.has(event.kind.case)) continue;
    const size = toBinary(RunEventSchema, event).length;
    bytes += size;
    if (bytes > limits.batchBytes) {
      pieces.push(create(RecordedSchema));
      bytes = size;
    }
    pieces.at(-1)?.events.push(event);
  }
  return pieces;
}
