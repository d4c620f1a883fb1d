import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Kysely } from "kysely";
import { keyStore } from "../keys.ts";
import { migrate } from "../migrations/migrate.ts";
import { peopleStore } from "../people.ts";
import type { Database, Db } from "../schema.ts";
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
 */
export async function openSqliteStore(dataDir: string, options: { shared?: boolean } = {}): Promise<SqliteStore> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const unlock = options.shared ? () => undefined : lockDirectory(dataDir);
  const file = join(dataDir, "interval.sqlite");
  const writer = new SqliteConnection({ file, readOnly: false });
  try {
    await writer.request({ op: "statement", statement: { sql: "select 1", parameters: [] }, transaction: null });
    const reader = new SqliteConnection({ file, readOnly: true });
    const db = new Kysely<Database>({ dialect: sqliteDialect(writer, reader) });
    await migrate(db);
    return {
      db,
      writer,
      journal: sqliteJournal(db, writer),
      people: peopleStore(db),
      keys: keyStore(db),
      async check() {
        await db.selectFrom("organization").select("id").limit(1).execute();
      },
      async close() {
        await db.destroy();
        await Promise.all([writer.close(), reader.close()]);
        unlock();
      },
    };
  } catch (error) {
    await writer.close();
    unlock();
    throw error;
  }
}
