import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/**
 * Takes the data directory for this process, so that two servers never share one. A lock whose process is gone is taken over; one that
 * is alive is never stolen.
 *
 * @returns gives the directory back
 */
export function lockDirectory(directory: string): () => void {
  const file = join(directory, "server.lock");
  for (let attempt = 0; ; attempt++) {
    try {
      const lock = openSync(file, "wx", 0o600);
      writeSync(lock, `${process.pid}\n`);
      closeSync(lock);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!isExists(error) || attempt > 0) throw error;
      const pid = Number(readFileSync(file, "utf8"));
      if (pid && pid !== process.pid && isAlive(pid)) {
        throw new Error(
          `Another server (process ${pid}) uses the data directory ${directory}. Stop it, or set INTERVAL_DATA_DIR to another directory.`,
        );
      }
      rmSync(file, { force: true });
    }
  }
}

function isExists(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
