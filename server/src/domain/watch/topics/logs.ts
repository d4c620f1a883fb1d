import { type LogTopic, limits, lineHead, type RunEvent } from "@interval/proto";
import { listenToRun, visibleRun } from "./run-news.ts";
import type { FindTopic } from "./topic.ts";

/** The log lines of one run: the newest page of those after a sequence, then each line as it is logged. */
export const findLogs: FindTopic<LogTopic> = async (caller, { runId, afterSequence }, parts) => {
  const actor = await visibleRun(caller, runId, parts);
  return async (subscription) => {
    let last = afterSequence;
    let count = 0;
    const tell = (lines: RunEvent[], previousSequence: bigint) => {
      count += lines.length;
      last = lines.at(-1)?.sequence ?? last;
      subscription.send({ case: "logLines", value: { lines, previousSequence, count: BigInt(count) } });
    };
    const listening = listenToRun(actor, parts, subscription);
    const { events, next } = await parts.journal.readEventPage(runId, {
      kinds: "logs",
      after: Number(afterSequence),
      before: Number.MAX_SAFE_INTEGER,
      limit: limits.pageSize.max,
      bytes: limits.listBytes,
    });
    const first = events[0];
    count = await parts.journal.countLogs(runId, Number(first ? first.sequence - 1n : afterSequence));
    tell(events, next === undefined ? afterSequence : BigInt(next));
    listening.begin((news) => {
      const lines = news.events.filter(({ kind, sequence }) => kind.case === "logged" && sequence > last);
      if (lines.length > 0) tell(lines.map(lineHead), last);
    });
  };
};
