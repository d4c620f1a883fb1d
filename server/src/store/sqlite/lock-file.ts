import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Takes the data directory for this process, so that two servers never share one. The lock is the operating system's own on a small
 * SQLite file: it ends with its process however that ends, and no process that lives ever loses it. (A file with a process id would be
 * taken for alive in a container, where ids repeat, and be stolen by two starters at once.)
 *
 * @returns gives the directory back
 * @throws when another server has the directory; the message names its process
 */
export function lockDirectory(directory: string): () => void {
  const pidFile = join(directory, "server.pid");
  const lock = new DatabaseSync(join(directory, "server.lock"));
  try {
    lock.exec("pragma busy_timeout = 0; begin exclusive");
  } catch (cause) {
    lock.close();
    throw new Error(
      `Another server${processOf(pidFile)} uses the data directory ${directory}. Stop it, or set INTERVAL_DATA_DIR to another directory.`,
      { cause },
    );
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  return () => {
    rmSync(pidFile, { force: true });
    lock.close();
  };
}

function processOf(pidFile: string): string {
  try {
    return ` (process ${Number(readFileSync(pidFile, "utf8"))})`;
  } catch {
    return "";
  }
}
