import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { SqliteConnection } from "./connection.ts";
import type { SqlValue, StatementResult } from "./protocol.ts";

/** Kysely over two threads: selects outside a transaction go to the reader, everything else to the writer. */
export function sqliteDialect(writer: SqliteConnection, reader: SqliteConnection): Dialect {
  return {
    createAdapter: () => new Adapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createDriver: () => new ThreadDriver(writer, reader),
  };
}

class Adapter extends SqliteAdapter {
  /** The threads put transactions one after the other themselves; Kysely's own lock would keep statements from sharing a commit. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  /** SQLite changes its schema in transactions too: a migration that fails leaves nothing, and two processes migrate once. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class ThreadDriver implements Driver {
  readonly #writer: SqliteConnection;
  readonly #reader: SqliteConnection;
  #transactions = 0;

  constructor(writer: SqliteConnection, reader: SqliteConnection) {
    this.#writer = writer;
    this.#reader = reader;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<ThreadConnection> {
    return new ThreadConnection(this.#writer, this.#reader);
  }

  async beginTransaction(connection: ThreadConnection): Promise<void> {
    const transaction = ++this.#transactions;
    await this.#writer.request({ op: "begin", transaction });
    connection.transaction = transaction;
  }

  async commitTransaction(connection: ThreadConnection): Promise<void> {
    await this.#end("commit", connection);
  }

  async rollbackTransaction(connection: ThreadConnection): Promise<void> {
    await this.#end("rollback", connection);
  }

  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}

  async #end(op: "commit" | "rollback", connection: ThreadConnection): Promise<void> {
    const { transaction } = connection;
    connection.transaction = null;
    if (transaction !== null) await this.#writer.request({ op, transaction });
  }
}

class ThreadConnection implements DatabaseConnection {
  transaction: number | null = null;
  readonly #writer: SqliteConnection;
  readonly #reader: SqliteConnection;

  constructor(writer: SqliteConnection, reader: SqliteConnection) {
    this.#writer = writer;
    this.#reader = reader;
  }

  async executeQuery<R>({ sql, parameters, query }: CompiledQuery): Promise<QueryResult<R>> {
    const reads = this.transaction === null && SelectQueryNode.is(query);
    const statement = { sql, parameters: parameters.map(toSql) };
    const { rows, changes, lastId } = await (reads ? this.#reader : this.#writer).request<StatementResult>({
      op: "statement",
      statement,
      transaction: this.transaction,
    });
    return { rows: rows as R[], numAffectedRows: BigInt(changes), insertId: BigInt(lastId) };
  }

  // biome-ignore lint/correctness/useYield: the driver's interface asks for a generator
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("Streaming is not supported; read pages.");
  }
}

function toSql(value: unknown): SqlValue {
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "string") return value;
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`SQLite cannot store a ${typeof value}`);
}
