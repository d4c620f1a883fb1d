import { create, toBinary } from "@bufbuild/protobuf";
import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { isOver, limits, listedRun, type Run, type RunEvent, RunSchema, searchText } from "@interval/proto";
import type { Insertable } from "kysely";
import { readable } from "./readable.ts";
import type { RunTable } from "./schema.ts";
import type { RunRecord } from "./store.ts";

/** What a record is made of: all columns but the one that only searches read. */
export const runColumns = [
  "id",
  "organization_id",
  "environment_id",
  "scope_user_id",
  "started_by_user_id",
  "sequence",
  "host_instance_id",
  "run",
  "action",
  "status",
  "run_trigger",
  "start_time",
  "end_time",
] as const satisfies Array<keyof RunTable>;

/** The columns that change with a run's events. */
export function columnsOf(run: Run, hostInstanceId: string | null) {
  const endTime = isOver(run) ? (run.endTime ? timestampMs(run.endTime) : Date.now()) : null;
  return { status: run.status, endTime, run: toBinary(RunSchema, listedRun(run)), hostInstanceId };
}

/** A new run with its first events. */
export function rowOf(
  { run, scope, startedByUserId, sequence, hostInstanceId }: RunRecord,
  events: RunEvent[],
): Insertable<RunTable> {
  const { status, endTime, run: bytes } = columnsOf(run, hostInstanceId);
  return {
    id: run.id,
    organization_id: scope.organizationId,
    environment_id: scope.environmentId,
    scope_user_id: scope.userId,
    started_by_user_id: startedByUserId,
    sequence,
    status,
    action: run.action,
    host_instance_id: hostInstanceId,
    start_time: run.startTime ? timestampMs(run.startTime) : 0,
    end_time: endTime,
    run: bytes,
    run_trigger: run.trigger,
    search: searchText(events).slice(0, limits.search.runText),
  };
}

export function recordOf(row: Pick<RunTable, (typeof runColumns)[number]>): RunRecord {
  const run = readable(RunSchema, row.run);
  return {
    run: run ? listedRun(run) : standIn(row),
    ...(run ? {} : { unreadable: true }),
    scope: { organizationId: row.organization_id, environmentId: row.environment_id, userId: row.scope_user_id },
    startedByUserId: row.started_by_user_id,
    sequence: row.sequence,
    hostInstanceId: row.host_instance_id,
  };
}

/** What the columns say of a run that cannot be read. */
function standIn(row: Pick<RunTable, (typeof runColumns)[number]>): Run {
  return create(RunSchema, {
    id: row.id,
    action: row.action,
    actionName: row.action,
    status: row.status,
    trigger: row.run_trigger,
    startTime: timestampFromMs(row.start_time),
    endTime: row.end_time === null ? undefined : timestampFromMs(row.end_time),
  });
}
