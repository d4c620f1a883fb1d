import { execFileSync } from "node:child_process";
import { bin } from "./lib.js";

/** Makes a key with which a program runs actions in the development environment of a server's first owner. */
export function programKey(dataDir) {
  const args = [bin.interval, "key", "create", "--kind", "program", "--data-dir", dataDir];
  return execFileSync(process.execPath, args, { encoding: "utf8" }).trim();
}
