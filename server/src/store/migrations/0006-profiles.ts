import { type Kysely, sql } from "kysely";

/** People say how the dashboard looks. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(`alter table "user" add column "colorScheme" integer not null default 0`).execute(db);
}
