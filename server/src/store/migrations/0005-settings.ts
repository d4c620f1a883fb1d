import { type Kysely, sql } from "kysely";

/** What is set for actions, and keys whose making may be repeated. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table action_setting (organization_id text not null references organization (id) on delete cascade,
    environment_id text not null references environment (id) on delete cascade, scope_user_id text not null, path text not null,
    archived integer not null, updated_at bigint not null, primary key (environment_id, scope_user_id, path))`,
  `alter table api_key add column request_id text`,
  `create unique index api_key_request on api_key (created_by, request_id)`,
  `create index api_key_own on api_key (user_id, id desc) where user_id is not null`,
];
