import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  type GetLogLineRequest,
  type ListLogsRequest,
  type LogLinesSchema,
  type LogTopic,
  limits,
  lineHead,
  type RunEvent,
} from "@interval/proto";
import type { DemoRun } from "./demo-run.ts";

const isLine = ({ kind }: RunEvent) => kind.case === "logged";

/** A page of what a run of the demo has logged, in either direction. */
export function listDemoLogs({ events }: DemoRun, { afterSequence, beforeSequence, pageSize }: ListLogsRequest) {
  const within = events.filter(
    (event) =>
      isLine(event) && event.sequence > afterSequence && (beforeSequence === 0n || event.sequence < beforeSequence),
  );
  const size = pageSize || limits.pageSize.default;
  const page = beforeSequence === 0n ? within.slice(0, size) : within.slice(-size);
  return { lines: page.map(lineHead), hasMore: within.length > page.length };
}

/** A line of a run of the demo, whole. */
export function demoLogLine({ events }: DemoRun, { sequence }: GetLogLineRequest) {
  const line = events.find((event) => isLine(event) && event.sequence === sequence);
  if (!line) throw new ConnectError("There is no such line.", Code.NotFound);
  return { line };
}

/** Tells what a run of the demo has logged, the newest lines at first. @returns ends it */
export function watchDemoLogs(
  run: DemoRun,
  { afterSequence }: LogTopic,
  tell: (lines: MessageInitShape<typeof LogLinesSchema>) => void,
): () => void {
  const all = run.events.filter(isLine);
  const missed = all.filter(({ sequence }) => sequence > afterSequence);
  const newest = missed.slice(-limits.pageSize.max);
  let last = missed.at(-newest.length - 1)?.sequence ?? afterSequence;
  let count = all.length - newest.length;
  const tellLines = (lines: RunEvent[]) => {
    count += lines.length;
    tell({ lines: lines.map(lineHead), previousSequence: last, count: BigInt(count) });
    last = lines.at(-1)?.sequence ?? last;
  };
  tellLines(newest);
  return run.onEvent((event) => isLine(event) && tellLines([event]));
}
