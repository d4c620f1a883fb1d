import { type Kysely, sql } from "kysely";

/** Ended runs are found by their age. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw("create index run_ended on run (end_time) where end_time is not null").execute(db);
}
