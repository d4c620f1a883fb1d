import { type Kysely, sql } from "kysely";

/** Organizations, people, keys, runs and their journals. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...identity, ...organizations, ...runs]) await sql.raw(statement).execute(db);
}

// The identity library's tables, by its own names; it migrates nothing itself.
const identity = [
  `create table "user" (id text primary key, name text not null, email text not null unique, "emailVerified" integer not null,
    image text, "firstName" text not null, "lastName" text not null, "timeZone" text not null, locale text not null,
    "createdAt" text not null, "updatedAt" text not null)`,
  `create table session (id text primary key, "expiresAt" text not null, token text not null unique, "createdAt" text not null,
    "updatedAt" text not null, "ipAddress" text, "userAgent" text,
    "userId" text not null references "user" (id) on delete cascade)`,
  `create index session_user on session ("userId")`,
  `create table account (id text primary key, "accountId" text not null, "providerId" text not null,
    "userId" text not null references "user" (id) on delete cascade, "accessToken" text, "refreshToken" text, "idToken" text,
    "accessTokenExpiresAt" text, "refreshTokenExpiresAt" text, scope text, password text, "createdAt" text not null,
    "updatedAt" text not null)`,
  `create index account_user on account ("userId")`,
  `create table verification (id text primary key, identifier text not null, value text not null, "expiresAt" text not null,
    "createdAt" text not null, "updatedAt" text not null)`,
  `create index verification_identifier on verification (identifier)`,
];

const organizations = [
  `create table organization (id text primary key, slug text not null unique, name text not null, created_at bigint not null)`,
  `create table environment (id text primary key, organization_id text not null references organization (id) on delete cascade,
    slug text not null, name text not null, color text, personal integer not null, created_at bigint not null,
    unique (organization_id, slug))`,
  `create table member (organization_id text not null references organization (id) on delete cascade,
    user_id text not null references "user" (id) on delete cascade, role integer not null, created_at bigint not null,
    primary key (organization_id, user_id))`,
  `create index member_user on member (user_id)`,
  `create table team (id text primary key, organization_id text not null references organization (id) on delete cascade,
    slug text not null, name text not null, unique (organization_id, slug))`,
  `create table team_member (team_id text not null references team (id) on delete cascade,
    user_id text not null references "user" (id) on delete cascade, primary key (team_id, user_id))`,
  `create table api_key (id text primary key, hash text not null unique, prefix text not null,
    organization_id text not null references organization (id) on delete cascade,
    environment_id text not null references environment (id) on delete cascade,
    user_id text references "user" (id) on delete cascade, created_by text references "user" (id) on delete set null,
    label text not null, created_at bigint not null, last_used_at bigint, expires_at bigint, revoked_at bigint)`,
];

const runs = [
  `create table run (id text primary key, organization_id text not null references organization (id) on delete cascade,
    environment_id text not null references environment (id) on delete cascade, scope_user_id text, started_by_user_id text,
    sequence bigint not null, status integer not null, action text not null, host_instance_id text,
    start_time bigint not null, end_time bigint, run blob not null)`,
  `create index run_list on run (organization_id, environment_id, scope_user_id, id desc)`,
  `create index run_own on run (started_by_user_id, id desc)`,
  `create index run_open on run (id) where end_time is null`,
  `create table run_event (run_id text not null references run (id) on delete cascade, sequence bigint not null, kind text not null,
    time bigint not null, bytes blob not null, primary key (run_id, sequence))`,
  `create table run_start (starter text not null, request_id text not null,
    run_id text not null references run (id) on delete cascade, primary key (starter, request_id))`,
  `create table run_request (run_id text not null references run (id) on delete cascade, request_id text not null,
    primary key (run_id, request_id))`,
  `create table run_host (run_id text not null references run (id) on delete cascade, instance_id text not null,
    sequence bigint not null, primary key (run_id, instance_id))`,
  `create table run_snapshot (run_id text primary key references run (id) on delete cascade, sequence bigint not null,
    bytes blob not null)`,
];
