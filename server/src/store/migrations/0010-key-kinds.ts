import { type Kysely, sql } from "kysely";

/** A key is a host's or a program's. Those that were made before attach hosts and nothing else. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(`alter table api_key add column kind text not null default 'host'`).execute(db);
}
