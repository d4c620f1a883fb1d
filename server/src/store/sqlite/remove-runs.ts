import type { Db } from "../schema.ts";

/** What one statement removes at most: so little that no other writer waits for it noticeably. */
const piece = { rows: 500, bytes: 1024 * 1024 };

/**
 * Removes runs that ended before a time with all that is recorded of them. They are hidden at once, and then removed in pieces, each in a
 * commit of its own; what a crash leaves of them is removed the next time.
 *
 * @returns how many runs, at most `limit`
 */
export async function removeRuns(db: Db, endedBefore: number, limit: number): Promise<number> {
  const old = await db
    .selectFrom("run")
    .select("id")
    .where("end_time", "<", endedBefore)
    .orderBy("end_time")
    .limit(limit)
    .execute();
  const ids = old.map(({ id }) => id);
  if (ids.length === 0) return 0;
  await db.updateTable("run").set({ removing: 1 }).where("id", "in", ids).where("removing", "=", 0).execute();
  for (const id of ids) {
    while (await removeEvents(db, id));
    while (await removeRequests(db, id));
    await db.deleteFrom("run").where("id", "=", id).execute(); // and the few rows that are left of it
  }
  return ids.length;
}

/** Removes the first events of a run that are left. @returns whether there were any */
async function removeEvents(db: Db, runId: string): Promise<boolean> {
  const rows = await db
    .selectFrom("run_event")
    .select((event) => ["sequence", event.fn<number>("length", ["bytes"]).as("size")])
    .where("run_id", "=", runId)
    .orderBy("sequence")
    .limit(piece.rows)
    .execute();
  let bytes = 0;
  const last =
    rows.find(({ size }) => {
      bytes += size;
      return bytes >= piece.bytes;
    }) ?? rows.at(-1);
  if (!last) return false;
  for (const table of ["run_line_head", "run_event"] as const)
    await db.deleteFrom(table).where("run_id", "=", runId).where("sequence", "<=", last.sequence).execute();
  return true;
}

async function removeRequests(db: Db, runId: string): Promise<boolean> {
  const some = db.selectFrom("run_request").select("request_id").where("run_id", "=", runId).limit(piece.rows);
  const { numDeletedRows } = await db
    .deleteFrom("run_request")
    .where("run_id", "=", runId)
    .where("request_id", "in", some)
    .executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}
