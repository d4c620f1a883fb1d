import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import {
  isOver,
  type Run,
  type RunEvent,
  RunEventSchema,
  RunSchema,
  type RunState,
  RunStateSchema,
} from "@interval/proto";
import { newPageToken, readPageToken } from "../page-token.ts";
import type { Db, RunTable } from "../schema.ts";
import type { Append, Appended, JournalStore, RunQuery, RunRecord } from "../store.ts";
import type { SqliteConnection } from "./connection.ts";
import type { EventRow, RunColumns } from "./protocol.ts";

/** The journals of runs in SQLite: writes go to the writing thread as whole operations, reads through Kysely. */
export function sqliteJournal(db: Db, writer: SqliteConnection): JournalStore {
  const readRun = async (runId: string) => {
    const row = await db.selectFrom("run").selectAll().where("id", "=", runId).executeTakeFirst();
    return row && recordOf(row);
  };
  return {
    async createRun(record, events, requestId, starter) {
      const runId = record.run.id;
      const { sql, parameters } = db.insertInto("run").values(rowOf(record)).compile();
      const insert = { sql, parameters: parameters as EventRow["bytes"][] };
      const rows = events.map(eventRow);
      const made = await writer.request<{ runId: string; created: boolean }>({
        op: "create",
        runId,
        starter,
        requestId,
        insert,
        events: rows,
      });
      if (made.created) return { record, created: true };
      const known = await readRun(made.runId);
      if (!known) throw new Error(`The run ${made.runId} that the request made is gone.`);
      return { record: known, created: false };
    },

    async findStarted(requestId, starter) {
      const row = await db
        .selectFrom("run_start")
        .select("run_id")
        .where("starter", "=", starter)
        .where("request_id", "=", requestId)
        .executeTakeFirst();
      return row?.run_id;
    },

    append: (appends) => Promise.all(appends.map((append) => writer.request<Appended>(appendRequest(append)))),

    readRun,

    async readRuns(runIds) {
      const read = (ids: readonly string[]) => db.selectFrom("run").selectAll().where("id", "in", ids).execute();
      return (await inPieces(runIds, read)).map(recordOf);
    },

    async readEvents(runId, after, { kinds = "withoutLogs", limit } = {}) {
      let query = db
        .selectFrom("run_event")
        .select("bytes")
        .where("run_id", "=", runId)
        .where("sequence", ">", after)
        .orderBy("sequence");
      if (kinds !== "all") query = query.where("kind", kinds === "logs" ? "=" : "!=", "logged");
      if (limit !== undefined) query = query.limit(limit);
      return (await query.execute()).map(({ bytes }) => fromBinary(RunEventSchema, bytes));
    },

    async readSnapshot(runId) {
      const row = await db.selectFrom("run_snapshot").select("bytes").where("run_id", "=", runId).executeTakeFirst();
      return row && fromBinary(RunStateSchema, row.bytes);
    },

    async writeSnapshot(runId, state: RunState) {
      const snapshot = { sequence: Number(state.sequence), bytes: toBinary(RunStateSchema, state) };
      await db
        .insertInto("run_snapshot")
        .values({ run_id: runId, ...snapshot })
        .onConflict((conflict) =>
          conflict.column("run_id").doUpdateSet(snapshot).where("run_snapshot.sequence", "<", snapshot.sequence),
        )
        .execute();
    },

    async removeRuns(endedBefore, limit) {
      const old = db
        .selectFrom("run")
        .select("id")
        .where("end_time", "<", endedBefore)
        .orderBy("end_time")
        .limit(limit);
      const removed = await db.deleteFrom("run").where("id", "in", old).executeTakeFirst();
      return Number(removed.numDeletedRows);
    },

    async countLogs(runId, upTo) {
      const row = await db
        .selectFrom("run_event")
        .select(({ fn }) => fn.countAll<number>().as("lines"))
        .where("run_id", "=", runId)
        .where("sequence", "<=", upTo)
        .where("kind", "=", "logged")
        .executeTakeFirst();
      return Number(row?.lines ?? 0);
    },

    async readHostSequence(runId, epoch) {
      const row = await db
        .selectFrom("run_host")
        .select("sequence")
        .where("run_id", "=", runId)
        .where("epoch", "=", epoch)
        .executeTakeFirst();
      return row?.sequence ?? 0;
    },

    async readHostSequences(runIds, epoch) {
      const read = (ids: readonly string[]) =>
        db
          .selectFrom("run_host")
          .select(["run_id", "sequence"])
          .where("epoch", "=", epoch)
          .where("run_id", "in", ids)
          .execute();
      return new Map((await inPieces(runIds, read)).map(({ run_id, sequence }) => [run_id, sequence]));
    },

    async hasRequest(runId, requestId) {
      const row = await db
        .selectFrom("run_request")
        .select("request_id")
        .where("run_id", "=", runId)
        .where("request_id", "=", requestId)
        .executeTakeFirst();
      return row !== undefined;
    },

    listRuns: (query) => listRuns(db, query),

    async listOpenRuns() {
      const rows = await db.selectFrom("run").selectAll().where("end_time", "is", null).orderBy("id").execute();
      return rows.map(recordOf);
    },
  };
}

/** Reads what belongs to many ids, so many at a time that no statement is too large and none holds up the others. */
async function inPieces<T>(ids: readonly string[], read: (piece: readonly string[]) => Promise<T[]>): Promise<T[]> {
  const found: T[] = [];
  for (let i = 0; i < ids.length; i += 500) found.push(...(await read(ids.slice(i, i + 500))));
  return found;
}

async function listRuns(db: Db, query: RunQuery): Promise<{ records: RunRecord[]; nextPageToken: string }> {
  let select = db
    .selectFrom("run")
    .selectAll()
    .where("organization_id", "=", query.organizationId)
    .where("environment_id", "=", query.environmentId)
    .where("scope_user_id", query.scopeUserId === null ? "is" : "=", query.scopeUserId)
    .orderBy("id", "desc")
    .limit(query.pageSize + 1);
  if (query.startedByUserId !== null) select = select.where("started_by_user_id", "=", query.startedByUserId);
  if (query.statuses.length > 0) select = select.where("status", "in", query.statuses);
  if (query.action) select = select.where("action", "=", query.action);
  if (query.pageToken) select = select.where("id", "<", readPageToken(query.pageToken));
  const rows = await select.execute();
  const page = rows.slice(0, query.pageSize);
  const last = page.at(-1);
  return { records: page.map(recordOf), nextPageToken: rows.length > page.length && last ? newPageToken(last.id) : "" };
}

function appendRequest({ runId, after, events, run, hostInstanceId, host, requestIds }: Append) {
  return {
    op: "append" as const,
    runId,
    after,
    events: events.map(eventRow),
    columns: columnsOf(run, hostInstanceId),
    host: host ?? null,
    requestIds: requestIds ?? [],
  };
}

function eventRow(event: RunEvent): EventRow {
  return {
    sequence: Number(event.sequence),
    kind: event.kind.case ?? "unknown",
    time: event.time ? timestampMs(event.time) : 0,
    bytes: toBinary(RunEventSchema, event),
  };
}

function columnsOf(run: Run, hostInstanceId: string | null): RunColumns {
  const endTime = isOver(run) ? (run.endTime ? timestampMs(run.endTime) : Date.now()) : null;
  return { status: run.status, endTime, run: toBinary(RunSchema, run), hostInstanceId };
}

function rowOf({ run, scope, startedByUserId, sequence, hostInstanceId }: RunRecord): RunTable {
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
  };
}

function recordOf(row: RunTable): RunRecord {
  return {
    run: fromBinary(RunSchema, row.run),
    scope: { organizationId: row.organization_id, environmentId: row.environment_id, userId: row.scope_user_id },
    startedByUserId: row.started_by_user_id,
    sequence: row.sequence,
    hostInstanceId: row.host_instance_id,
  };
}
