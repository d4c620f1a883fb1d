import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import type { RunFilter } from "../../ts/interval/run/v1/run_filter_pb.ts";
import type { Run } from "../../ts/interval/run/v1/run_pb.ts";

/**
 * Whether a run fits a filter, but for its text, which the store knows: see `searchTexts`.
 *
 * @param startedBy the id of the person who started the run, if one did
 */
export function fitsFilter(filter: RunFilter | undefined, run: Run, startedBy: string | null): boolean {
  if (!filter) return true;
  const { statuses, action, page, triggers } = filter;
  const started = msOf(run.startTime) ?? 0;
  return (
    (statuses.length === 0 || statuses.includes(run.status)) &&
    (action === "" || run.action === action) &&
    (page === "" || run.action.startsWith(`${page}/`)) &&
    (filter.startedBy === "" || filter.startedBy === startedBy) &&
    (triggers.length === 0 || triggers.includes(run.trigger)) &&
    started >= (msOf(filter.startedAfter) ?? Number.NEGATIVE_INFINITY) &&
    started < (msOf(filter.startedBefore) ?? Number.POSITIVE_INFINITY)
  );
}

function msOf(time: Timestamp | undefined): number | undefined {
  return time && timestampMs(time);
}
