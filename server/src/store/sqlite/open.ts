import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { Kysely } from "kysely";
import { assetStore } from "../assets.ts";
import { attemptStore } from "../attempts.ts";
import { keyStore } from "../keys.ts";
import { migrate } from "../migrations/migrate.ts";
import { peopleStore } from "../people.ts";
import type { Database, Db } from "../schema.ts";
import { settingStore } from "../settings.ts";
import type { Store } from "../store.ts";
import { SqliteConnection } from "./connection.ts";
import { sqliteDialect } from "./dialect.ts";
import { sqliteJournal } from "./journal.ts";
import { lockDirectory } from "./lock-file.ts";

/** A store whose tables are open to the identity library too. */
export interface SqliteStore extends Store {
  readonly db: Db;
  /** The connection that writes. */
  readonly writer: SqliteConnection;
}

/**
 * Opens the store of a data directory, making both where they are missing.
 *
 * @param options.shared opens it beside the server that runs on it, as the commands of the CLI do
 * @throws when another server has the directory, or the file cannot be used; the message says what to do
 */
export async function openSqliteStore(dataDir: string, options: { shared?: boolean } = {}): Promise<SqliteStore> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const unlock = options.shared ? () => undefined : lockDirectory(dataDir);
  const file = join(dataDir, "interval.sqlite");
  const connections: SqliteConnection[] = [];
  const connect = (readOnly: boolean) => {
    const connection = new SqliteConnection({ file, readOnly });
    connections.push(connection);
    return connection;
  };
  const close = async () => {
    for (const connection of connections.toReversed()) await connection.close();
    unlock();
  };
  try {
    makePrivate(file);
    const writer = connect(false);
    // The reader needs the log that the writer makes.
    await writer.request({ op: "statement", statement: { sql: "select 1", parameters: [] }, transaction: null });
    const db = new Kysely<Database>({ dialect: sqliteDialect(writer, connect(true)) });
    await migrate(db);
    return {
      db,
      writer,
      journal: sqliteJournal(db, writer),
      people: peopleStore(db),
      keys: keyStore(db),
      assets: assetStore(db),
      settings: settingStore(db),
      attempts: attemptStore(db),
      async check() {
        await db.selectFrom("organization").select("id").limit(1).execute();
        await writer.request({ op: "statement", statement: { sql: "select 1", parameters: [] }, transaction: null });
      },
      async close() {
        await db.destroy();
        await close();
      },
    };
  } catch (cause) {
    await close();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The database ${file} could not be opened: ${reason}`, { cause });
  }
}

/** A new database is for its owner only. An old one is not touched: opening and closing it here would drop SQLite's locks on it. */
function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}
