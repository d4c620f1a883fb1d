// The thread that owns a connection. It knows rows and bytes and nothing of protobuf, so that it starts at once and runs from source.
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import type { EventRow, Reply, Statement, StatementResult, WorkerOptions, WriteRequest } from "./protocol.ts";

const { file, readOnly } = workerData as WorkerOptions;
const db = new DatabaseSync(file, { readOnly });
const busyMs = 10_000;
db.exec(`pragma busy_timeout = ${busyMs}`);
if (!readOnly) {
  useLog();
  db.exec("pragma synchronous = full; pragma foreign_keys = on");
}

/** Several that open a new file at once all change its mode, and SQLite tells those that come second so without waiting. */
function useLog(): void {
  const until = Date.now() + busyMs;
  for (;;) {
    try {
      db.exec("pragma journal_mode = wal");
      return;
    } catch (error) {
      if (!(error instanceof Error && /locked|busy/.test(error.message)) || Date.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

const prepared = new Map<string, StatementSync>();
/** The interactive transaction that is open, and the requests that wait for its end. */
let open: number | null = null;
const waiting: Array<{ id: number; request: WriteRequest }> = [];

parentPort?.on("message", (batch: Array<{ id: number; request: WriteRequest }> | "close") => {
  if (batch === "close") {
    db.close();
    parentPort?.close();
    return;
  }
  const replies: Array<{ id: number; reply: Reply }> = [];
  work(batch, replies);
  parentPort?.postMessage(replies);
});

function work(batch: Array<{ id: number; request: WriteRequest }>, replies: Array<{ id: number; reply: Reply }>): void {
  const ready = batch.filter((entry) => {
    const mayRun = open === null || ("transaction" in entry.request && entry.request.transaction === open);
    if (!mayRun) waiting.push(entry);
    return mayRun;
  });
  const first = ready[0];
  if (!first) return;
  if (open !== null || first.request.op === "begin") {
    // An interactive transaction runs by itself, one request after the other.
    replies.push({ id: first.id, reply: attempt(() => interactive(first.request)) });
    const rest = open === null ? [...waiting.splice(0), ...ready.slice(1)] : ready.slice(1);
    work(rest, replies);
    return;
  }
  const until = ready.findIndex(({ request }) => request.op === "begin");
  const group = until < 0 ? ready : ready.slice(0, until);
  for (const reply of commitTogether(group)) replies.push(reply);
  if (until >= 0) work(ready.slice(until), replies);
}

function interactive(request: WriteRequest): unknown {
  switch (request.op) {
    case "begin":
      db.exec("begin immediate");
      open = request.transaction;
      return undefined;
    case "commit":
    case "rollback":
      open = null;
      try {
        db.exec(request.op);
      } finally {
        if (db.isTransaction) db.exec("rollback");
      }
      return undefined;
    default:
      return perform(request);
  }
}

/** Group commit: each request under a savepoint of its own, all in one transaction; replies only once that is durable. */
function commitTogether(group: Array<{ id: number; request: WriteRequest }>): Array<{ id: number; reply: Reply }> {
  if (readOnly) return group.map(({ id, request }) => ({ id, reply: attempt(() => perform(request)) }));
  try {
    db.exec("begin immediate");
    const replies = group.map(({ id, request }) => {
      const reply = attempt(() => isolated(request));
      // A full disk ends the whole transaction, and what was done before in it.
      if (!db.isTransaction) throw new Error(reply.ok ? "the transaction ended" : reply.message);
      return { id, reply };
    });
    db.exec("commit");
    return replies;
  } catch (error) {
    if (db.isTransaction) db.exec("rollback");
    return group.map(({ id }) => ({ id, reply: failure(error) }));
  }
}

function isolated(request: WriteRequest): unknown {
  db.exec("savepoint request");
  try {
    const value = perform(request);
    db.exec("release request");
    return value;
  } catch (error) {
    if (db.isTransaction) db.exec("rollback to request; release request");
    if (error instanceof Refused) return error.outcome;
    throw error;
  }
}

/** Takes back what a request has done, and answers it with an outcome. */
class Refused extends Error {
  readonly outcome: unknown;
  constructor(outcome: unknown) {
    super("refused");
    this.outcome = outcome;
  }
}

function perform(request: WriteRequest): unknown {
  switch (request.op) {
    case "statement":
      return execute(request.statement);
    case "create":
      return create(request);
    case "append":
      return append(request);
    default:
      throw new Error(`${request.op} outside a transaction`);
  }
}

function execute({ sql, parameters }: Statement): StatementResult {
  const statement = prepare(sql);
  if (statement.columns().length > 0) return { rows: statement.all(...parameters), changes: 0, lastId: 0 };
  const { changes, lastInsertRowid } = statement.run(...parameters);
  return { rows: [], changes: Number(changes), lastId: Number(lastInsertRowid) };
}

function create({ runId, starter, requestId, insert, events }: Extract<WriteRequest, { op: "create" }>): unknown {
  const known = prepare("select run_id from run_start where starter = ? and request_id = ?").get(starter, requestId);
  if (known) return { runId: known.run_id, created: false };
  execute(insert);
  prepare("insert into run_start (starter, request_id, run_id) values (?, ?, ?)").run(starter, requestId, runId);
  insertEvents(runId, events);
  return { runId, created: true };
}

function append(request: Extract<WriteRequest, { op: "append" }>): unknown {
  const { runId, after, events, columns, host, requestIds } = request;
  for (const requestId of requestIds) {
    const { changes } = prepare("insert or ignore into run_request (run_id, request_id) values (?, ?)").run(
      runId,
      requestId,
    );
    if (changes === 0) throw new Refused({ outcome: "repeated" });
  }
  const { status, endTime, run, hostInstanceId, search } = columns;
  const found = search ? [search.added, search.most] : [];
  const { changes } = prepare(
    `update run set sequence = ?, status = ?, end_time = ?, run = ?, host_instance_id = ?
      ${search ? ", search = substr(search || char(10) || ?, 1, ?)" : ""} where id = ? and sequence = ?`,
  ).run(after + events.length, status, endTime, run, hostInstanceId, ...found, runId, after);
  if (changes === 0) {
    const row = prepare("select sequence from run where id = ?").get(runId);
    throw new Refused({ outcome: "conflict", sequence: Number(row?.sequence ?? 0) });
  }
  insertEvents(runId, events);
  if (host) {
    // After the check of the sequence: a writer that is behind is told so first, and reads what it has missed.
    const known = prepare("select sequence from run_host where run_id = ? and epoch = ?").get(runId, host.epoch);
    if (Number(known?.sequence ?? 0) >= host.sequence) throw new Refused({ outcome: "repeated" });
    prepare(
      "insert into run_host (run_id, epoch, sequence) values (?, ?, ?) on conflict do update set sequence = excluded.sequence",
    ).run(runId, host.epoch, host.sequence);
  }
  return { outcome: "appended" };
}

function insertEvents(runId: string, events: EventRow[]): void {
  const insert = prepare("insert into run_event (run_id, sequence, kind, time, bytes) values (?, ?, ?, ?, ?)");
  const insertHead = prepare("insert into run_line_head (run_id, sequence, bytes) values (?, ?, ?)");
  for (const { sequence, kind, time, bytes, head } of events) {
    insert.run(runId, sequence, kind, time, bytes);
    if (head) insertHead.run(runId, sequence, head);
  }
}

function prepare(sql: string): StatementSync {
  let statement = prepared.get(sql);
  if (!statement) {
    if (prepared.size > 500) prepared.clear();
    statement = db.prepare(sql);
    prepared.set(sql, statement);
  }
  return statement;
}

function attempt(perform: () => unknown): Reply {
  try {
    return { ok: true, value: perform() };
  } catch (error) {
    return failure(error);
  }
}

function failure(error: unknown): Reply {
  const code = error instanceof Error && "errcode" in error ? String(error.errcode satisfies unknown) : undefined;
  return { ok: false, message: error instanceof Error ? error.message : String(error), code };
}
