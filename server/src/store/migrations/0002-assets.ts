import { type Kysely, sql } from "kysely";

/** Assets: what was uploaded for runs. Their bytes lie elsewhere. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // No foreign key: a row outlives its run until its bytes are gone too.
  `create table asset (id text primary key, run_id text not null, call_key text not null, component_key text not null,
    uploader_kind text not null, uploader_id text not null, request_id text not null, name text not null, media_type text not null,
    size bigint not null, received bigint not null, complete integer not null, kept integer not null, storage_key text not null,
    storage_state text not null, created_at bigint not null)`,
  `create unique index asset_request on asset (run_id, uploader_id, request_id)`,
  `create index asset_unsubmitted on asset (created_at) where complete = 0 or kept = 0`,
];
