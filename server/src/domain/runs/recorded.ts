import { create, toBinary } from "@bufbuild/protobuf";
import { limits, lineMark, type Recorded, RecordedSchema, type RunEvent, RunEventSchema } from "@interval/proto";
import type { JournalStore } from "../../store/store.ts";

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

/** So many marks of lines are in one piece. */
const linesInPiece = 10_000;

/** What a durable run has recorded up to a sequence, in pieces of which each fits into a frame. */
export async function readRecorded(journal: JournalStore, runId: string, upTo: bigint): Promise<Recorded[]> {
  const pieces = recordedPieces(await journal.readEvents(runId, 0), upTo);
  const lines = await markLines(journal, runId);
  for (let at = 0; at < lines.length; at += linesInPiece) {
    pieces.push(create(RecordedSchema, { lines: lines.slice(at, at + linesInPiece) }));
  }
  return pieces;
}

/** The marks of all lines that a run has logged. */
async function markLines(journal: JournalStore, runId: string): Promise<bigint[]> {
  const marks: bigint[] = [];
  let after = 0;
  while (true) {
    const query = { kinds: "logs", after, limit: limits.pageSize.max, bytes: limits.listBytes } as const;
    const { events, next } = await journal.readEventPage(runId, query);
    for (const { kind } of events) if (kind.case === "logged") marks.push(lineMark(kind.value));
    if (next === undefined) return marks;
    after = Number(events.at(-1)?.sequence ?? next);
  }
}

function recordedPieces(events: readonly RunEvent[], upTo: bigint): Recorded[] {
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
