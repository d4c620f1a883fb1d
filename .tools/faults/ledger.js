// What handlers, clients and the injector saw, outside of the product: JSON lines, one file a process. A line is with the system before the
// call returns, so that no kill takes it back.
import { openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Opens this process's file. @returns notes an entry, with its time */
export function openLedger(dir, role) {
  const file = openSync(join(dir, `${role}-${process.pid}-${Date.now()}.jsonl`), "a");
  return (entry) => void writeSync(file, `${JSON.stringify({ at: Date.now(), ...entry })}\n`);
}

/** All entries, by what they note. A last line that a kill cut in two is left out. */
export function readLedger(dir) {
  const entries = {};
  for (const name of readdirSync(dir).filter((file) => file.endsWith(".jsonl"))) {
    for (const line of readFileSync(join(dir, name), "utf8").split("\n")) {
      const entry = parse(line);
      if (!entry) continue;
      entries[entry.what] ??= [];
      entries[entry.what].push(entry);
    }
  }
  for (const list of Object.values(entries)) list.sort((a, b) => a.at - b.at);
  return entries;
}

function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
