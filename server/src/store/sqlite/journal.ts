import { toBinary } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import {
  limits,
  lineHead,
  type RunEvent,
  RunEventSchema,
  type RunState,
  RunStateSchema,
  searchText,
} from "@interval/proto";
import { eventPages, storedEvent } from "../event-pages.ts";
import { inPieces } from "../in-pieces.ts";
import { readable } from "../readable.ts";
import { runLists } from "../run-lists.ts";
import { columnsOf, recordOf, rowOf, runColumns } from "../run-row.ts";
import type { Db } from "../schema.ts";
import type { Append, Appended, JournalStore } from "../store.ts";
import type { SqliteConnection } from "./connection.ts";
import type { AppendedColumns, EventRow } from "./protocol.ts";
import { removeRuns } from "./remove-runs.ts";

/** The journals of runs in SQLite: writes go to the writing thread as whole operations, reads through Kysely. */
export function sqliteJournal(db: Db, writer: SqliteConnection): JournalStore {
  const readRun = async (runId: string) => {
    const row = await db
      .selectFrom("run")
      .select(runColumns)
      .where("id", "=", runId)
      .where("removing", "=", 0)
      .executeTakeFirst();
    return row && recordOf(row);
  };
  return {
    async createRun(record, events, requestId, starter) {
      const runId = record.run.id;
      const { sql, parameters } = db.insertInto("run").values(rowOf(record, events)).compile();
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
      const read = (ids: readonly string[]) =>
        db.selectFrom("run").select(runColumns).where("id", "in", ids).where("removing", "=", 0).execute();
      return (await inPieces(runIds, read)).map(recordOf);
    },

    async readEvents(runId, after, { kinds = "withoutLogs", onUnreadable } = {}) {
      let query = db
        .selectFrom("run_event")
        .select(["sequence", "time", "bytes"])
        .where("run_id", "=", runId)
        .where("sequence", ">", after)
        .orderBy("sequence");
      if (kinds !== "all") query = query.where("kind", kinds === "logs" ? "=" : "!=", "logged");
      return (await query.execute()).map((row) => storedEvent(row, onUnreadable));
    },

    async readSnapshot(runId) {
      const row = await db.selectFrom("run_snapshot").select("bytes").where("run_id", "=", runId).executeTakeFirst();
      return row && readable(RunStateSchema, row.bytes);
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

    removeRuns: (endedBefore, limit) => removeRuns(db, endedBefore, limit),

    async countLogBytes(runId) {
      const row = await db
        .selectFrom("run_event")
        .select(({ fn }) => fn.sum<number>(fn("length", ["bytes"])).as("bytes"))
        .where("run_id", "=", runId)
        .where("kind", "=", "logged")
        .executeTakeFirst();
      return Number(row?.bytes ?? 0);
    },

    async readHostSequence(runId, epoch) {
      const row = await db
        .selectFrom("run_host")
        .select("sequence")
        .where("run_id", "=", runId)
        .where("epoch", "=", epoch)
        .executeTakeFirst();
      return storedSequence(row?.sequence ?? 0);
    },

    async readHostSequences(runIds, epoch) {
      const read = (ids: readonly string[]) =>
        db
          .selectFrom("run_host")
          .select(["run_id", "sequence"])
          .where("epoch", "=", epoch)
          .where("run_id", "in", ids)
          .execute();
      return new Map((await inPieces(runIds, read)).map(({ run_id, sequence }) => [run_id, storedSequence(sequence)]));
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

    ...eventPages(db),

    ...runLists(db),

    async listOpenRuns() {
      const rows = await db.selectFrom("run").select(runColumns).where("end_time", "is", null).orderBy("id").execute();
      return rows.map(recordOf);
    },
  };
}

/** Before sequences of frames were bounded, larger ones could be stored, which no frame can carry. */
function storedSequence(sequence: number): number {
  return Math.min(sequence, Number.MAX_SAFE_INTEGER);
}

function appendRequest({ runId, after, events, run, hostInstanceId, host, requestIds }: Append) {
  return {
    op: "append" as const,
    runId,
    after,
    events: events.map(eventRow),
    columns: { ...columnsOf(run, hostInstanceId), search: searched(events) },
    host: host ?? null,
    requestIds: requestIds ?? [],
  };
}

function searched(events: RunEvent[]): AppendedColumns["search"] {
  const added = searchText(events);
  return added === "" ? null : { added, most: limits.search.runText };
}

function eventRow(event: RunEvent): EventRow {
  return {
    sequence: Number(event.sequence),
    kind: event.kind.case ?? "unknown",
    time: event.time ? timestampMs(event.time) : 0,
    bytes: toBinary(RunEventSchema, event),
    head: headOf(event),
  };
}

/** What lists show of a log line that is too large for them. */
function headOf(event: RunEvent): EventRow["head"] {
  const head = lineHead(event);
  return head === event ? null : toBinary(RunEventSchema, head);
}
