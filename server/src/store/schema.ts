import type { Generated, Kysely } from "kysely";

/** The tables. Times are milliseconds since 1970, except in those of the identity library, which keep ISO texts. */
export interface Database {
  organization: { id: string; slug: string; name: string; created_at: number };
  environment: {
    id: string;
    organization_id: string;
    slug: string;
    name: string;
    color: string | null;
    personal: number;
    created_at: number;
  };
  member: { organization_id: string; user_id: string; role: number; created_at: number };
  team: { id: string; organization_id: string; slug: string; name: string };
  team_member: { team_id: string; user_id: string };
  api_key: {
    id: string;
    kind: "host" | "program";
    hash: string;
    prefix: string;
    organization_id: string;
    environment_id: string;
    user_id: string | null;
    created_by: string | null;
    label: string;
    created_at: number;
    last_used_at: number | null;
    expires_at: number | null;
    revoked_at: number | null;
    /** The request of its maker that made it. */
    request_id: string | null;
  };
  /** What is used up, or known, until a time. */
  sign_in_mark: { id: string; until: number };
  action_setting: {
    organization_id: string;
    environment_id: string;
    /** The person whose development it is; empty elsewhere, since a primary key holds no null. */
    scope_user_id: string;
    path: string;
    archived: number;
    updated_at: number;
  };
  run: RunTable;
  asset: AssetTable;
  run_start: { starter: string; request_id: string; run_id: string };
  run_request: { run_id: string; request_id: string };
  run_event: { run_id: string; sequence: number; kind: string; time: number; bytes: Uint8Array };
  /** What lists show of log lines that are too large for them. */
  run_line_head: { run_id: string; sequence: number; bytes: Uint8Array };
  run_host: { run_id: string; epoch: number; sequence: number };
  run_snapshot: { run_id: string; sequence: number; bytes: Uint8Array };
  user: {
    id: string;
    email: string;
    name: string;
    firstName: string;
    lastName: string;
    timeZone: string;
    locale: string;
    /** A number of `ColorScheme`. */
    colorScheme: Generated<number>;
    emailVerified: number;
    image: string | null;
    createdAt: string;
    updatedAt: string;
  };
}

/** A run beside its journal. */
export interface RunTable {
  id: string;
  organization_id: string;
  environment_id: string;
  scope_user_id: string | null;
  started_by_user_id: string | null;
  sequence: number;
  status: number;
  action: string;
  host_instance_id: string | null;
  start_time: number;
  end_time: number | null;
  /** The run as lists show it. */
  run: Uint8Array;
  run_trigger: number;
  /** What the run is found by, folded. */
  search: string;
  /** Whether it is being removed, and no longer there for anybody. */
  removing: Generated<number>;
}

/** An asset; its bytes lie elsewhere. */
export interface AssetTable {
  id: string;
  run_id: string;
  call_key: string;
  component_key: string;
  uploader_kind: string;
  uploader_id: string;
  request_id: string;
  name: string;
  media_type: string;
  size: number;
  received: number;
  complete: number;
  kept: number;
  storage_key: string;
  storage_state: string;
  created_at: number;
  organization_id: string;
  /** When it was made, or bytes arrived last. */
  touched_at: number;
}

export type Db = Kysely<Database>;
