import { create, toJson, toJsonString } from "@bufbuild/protobuf";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import { emptyRunState, type RunEvent, RunEventSchema, reduceRun, TranscriptSchema } from "@interval/proto";

/** Reads the events after a sequence. */
export type ReadEvents = (after: bigint) => Promise<{ events: RunEvent[]; hasMore: boolean }>;

/**
 * All that happened in a run as one file: an `interval.run.v1.Transcript` in protobuf's JSON, an event a line. Events are written as they
 * come, so that a long transcript is never in memory as messages.
 */
export async function transcriptFile(read: ReadEvents): Promise<Blob> {
  const lines: string[] = [];
  let state = emptyRunState();
  for (let more = true; more; ) {
    const { events, hasMore } = await read(state.sequence);
    const before = state.sequence;
    for (const event of events) {
      state = reduceRun(state, event);
      lines.push(toJsonString(RunEventSchema, event));
    }
    if (hasMore && state.sequence <= before) throw new Error("The server sends the same events again.");
    more = hasMore;
  }
  const transcript = create(TranscriptSchema, {
    format: "interval.transcript",
    version: 1,
    exportTime: timestampNow(),
    run: state.run,
  });
  const head = JSON.stringify(toJson(TranscriptSchema, transcript)).slice(0, -1);
  return new Blob([head, ',"events":[\n', lines.join(",\n"), "\n]}\n"], { type: "application/json" });
}
