import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repo's root. */
export const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The CLI `interval`, as built. */
export const cli = join(root, "server/dist/cli/interval.js");

/** A new empty directory. */
export function newDirectory(name: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `interval-${name}-`));
}
