/** A value that SQLite stores. */
export type SqlValue = null | number | bigint | string | Uint8Array;

/** One statement. */
export interface Statement {
  sql: string;
  parameters: SqlValue[];
}

/** One event as it is stored. */
export interface EventRow {
  sequence: number;
  kind: string;
  time: number;
  bytes: Uint8Array;
  /** What lists show of it; null where that is all of it. */
  head: Uint8Array | null;
}

/** The columns of a run that change with its events. */
export interface AppendedColumns {
  status: number;
  endTime: number | null;
  run: Uint8Array;
  hostInstanceId: string | null;
  /** What the run is found by from now on, too, and how many characters that may be in all. */
  search: { added: string; most: number } | null;
}

/** What the thread that writes is asked to do. Requests that arrive together share a commit. */
export type WriteRequest =
  | { op: "statement"; statement: Statement; transaction: number | null }
  | { op: "begin" | "commit" | "rollback"; transaction: number }
  | { op: "create"; runId: string; starter: string; requestId: string; insert: Statement; events: EventRow[] }
  | {
      op: "append";
      runId: string;
      after: number;
      events: EventRow[];
      columns: AppendedColumns;
      host: { epoch: number; sequence: number } | null;
      requestIds: string[];
    };

/** What became of a request. */
export type Reply = { ok: true; value: unknown } | { ok: false; message: string; code: string | undefined };

/** What a statement returns. */
export interface StatementResult {
  rows: unknown[];
  changes: number;
  lastId: number;
}

/** What a worker thread is started with. */
export interface WorkerOptions {
  file: string;
  readOnly: boolean;
}
