import { randomBytes } from "node:crypto";
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The secret that signs session cookies: made once, kept in the data directory, readable by its owner alone. */
export function readSecret(dataDir: string): string {
  const file = join(dataDir, "session.secret");
  if (!existsSync(file)) {
    // Linked into place whole: a command that runs beside the server never reads half a secret, nor makes a second one.
    const draft = `${file}.${randomBytes(6).toString("hex")}`;
    writeFileSync(draft, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
    try {
      linkSync(draft, file);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    } finally {
      rmSync(draft);
    }
  }
  const secret = readFileSync(file, "utf8").trim();
  if (secret.length < 32)
    throw new Error(`${file} holds no secret. Remove it; a new one is made, and everybody signs in again.`);
  return secret;
}
