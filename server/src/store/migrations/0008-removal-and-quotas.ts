import { type Kysely, sql } from "kysely";

/** Runs are removed in pieces, unseen meanwhile; uploads are counted by person and organization. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table run add column removing integer not null default 0`,
  // Without it each run that is removed reads all of the table.
  `create index run_start_run on run_start (run_id)`,
  `alter table asset add column organization_id text not null default ''`,
  `alter table asset add column touched_at bigint not null default 0`,
  `update asset set touched_at = created_at,
    organization_id = coalesce((select organization_id from run where run.id = asset.run_id), '')`,
  `create index asset_quota on asset (organization_id, uploader_kind, uploader_id)`,
];
