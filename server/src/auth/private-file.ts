import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a file that its owner alone can read, whole or not at all: nobody ever reads half of it, also after the power has failed. One that exists
 * is left alone, unless it is to be replaced.
 */
export function writePrivateFile(file: string, text: string, { replace }: { replace: boolean }): void {
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  writeFileSync(draft, text, { mode: 0o600, flag: "wx", flush: true });
  try {
    if (replace) renameSync(draft, file);
    else linkSync(draft, file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  syncDirectory(dirname(file));
}

/** A new name is only durable once its directory is. */
function syncDirectory(directory: string): void {
  const handle = openSync(directory, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
