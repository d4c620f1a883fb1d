import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writePrivateFile } from "./private-file.ts";

/** The secret that signs session cookies: made once, kept in the data directory, readable by its owner alone. */
export function readSecret(dataDir: string): string {
  const file = join(dataDir, "session.secret");
  // A command that runs beside the server makes no second one.
  if (!existsSync(file)) writePrivateFile(file, `${randomBytes(32).toString("base64url")}\n`, { replace: false });
  const secret = readFileSync(file, "utf8").trim();
  if (secret.length < 32)
    throw new Error(`${file} holds no secret. Remove it; a new one is made, and everybody signs in again.`);
  return secret;
}
