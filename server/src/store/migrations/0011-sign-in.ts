import { type Kysely, sql } from "kysely";

/** Attempts at signing in are counted. Sessions are stored by the hashes of their tokens, so that those of before end. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(`create table sign_in_mark (id text primary key, until bigint not null)`).execute(db);
  await sql.raw(`create index sign_in_mark_until on sign_in_mark (until)`).execute(db);
  await sql.raw(`delete from session`).execute(db);
}
