import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { countWithin, type RunEvent, RunEventSchema } from "@interval/proto";
import { sql } from "kysely";
import { readable } from "./readable.ts";
import type { Database, Db } from "./schema.ts";
import type { EventPageQuery, JournalStore } from "./store.ts";

/** Pages of journals, in any database that Kysely speaks to. What does not fit on a page is measured and never read. */
export function eventPages(db: Db): Pick<JournalStore, "readEventPage" | "readLogLine" | "countLogs"> {
  const logged = sql.lit("logged"); // no parameter, so that the index of log lines is used
  const eventsOf = (runId: string, kinds: EventPageQuery["kinds"]) => {
    const events = db.selectFrom("run_event as event").where("event.run_id", "=", runId);
    return kinds === "all" ? events : events.where("event.kind", kinds === "logs" ? "=" : "!=", logged);
  };
  const withHeads = (runId: string, kinds: EventPageQuery["kinds"]) =>
    eventsOf(runId, kinds).leftJoin("run_line_head as head", (join) =>
      join
        .onRef("head.run_id", "=", "event.run_id")
        .onRef("head.sequence", "=", "event.sequence")
        .on(sql.lit(kinds === "logs"), "=", sql.lit(true)),
    );
  return {
    async readEventPage(runId, { kinds, after, before, limit, bytes }) {
      let measure = withHeads(runId, kinds)
        .select(["event.sequence", sql<number>`coalesce(length(head.bytes), length(event.bytes))`.as("size")])
        .where("event.sequence", ">", after)
        .orderBy("event.sequence", before === undefined ? "asc" : "desc")
        .limit(limit + 1);
      if (before !== undefined) measure = measure.where("event.sequence", "<", before);
      const measured = await measure.execute();
      const count = Math.min(
        limit,
        countWithin(measured, ({ size }) => size, bytes),
      );
      const sequences = measured.slice(0, count).map(({ sequence }) => sequence);
      if (sequences.length === 0) return { events: [], next: undefined };
      const rows = await withHeads(runId, kinds)
        .select(["event.sequence", "event.time", sql<Uint8Array>`coalesce(head.bytes, event.bytes)`.as("bytes")])
        .where("event.sequence", ">=", Math.min(...sequences))
        .where("event.sequence", "<=", Math.max(...sequences))
        .orderBy("event.sequence")
        .execute();
      return { events: rows.map((row) => storedEvent(row)), next: measured[count]?.sequence };
    },

    async readLogLine(runId, sequence) {
      const row = await eventsOf(runId, "logs")
        .select(["event.sequence", "event.time", "event.bytes"])
        .where("event.sequence", "=", sequence)
        .executeTakeFirst();
      return row && storedEvent(row);
    },

    async countLogs(runId, upTo) {
      const row = await eventsOf(runId, "logs")
        .select(({ fn }) => fn.countAll<number>().as("lines"))
        .where("event.sequence", "<=", upTo)
        .executeTakeFirst();
      return Number(row?.lines ?? 0);
    },
  };
}

/** The event of a row. One that cannot be read has its sequence and time, and no kind. */
export function storedEvent(
  { sequence, time, bytes }: Pick<Database["run_event"], "sequence" | "time" | "bytes">,
  onUnreadable?: (sequence: number) => void,
): RunEvent {
  const event = readable(RunEventSchema, bytes);
  if (!event) onUnreadable?.(sequence);
  return event ?? create(RunEventSchema, { sequence: BigInt(sequence), time: timestampFromMs(time) });
}
