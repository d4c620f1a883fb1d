import { randomBytes } from "node:crypto";

/** What an id names. */
export type IdPrefix =
  | "org"
  | "env"
  | "user"
  | "key"
  | "run"
  | "host"
  | "page"
  | "session"
  | "account"
  | "verification"
  | "asset";

let last = { time: 0, counter: 0 };

/**
 * A new id: a prefix and a UUIDv7, so that ids sort by the time they were made, also within one millisecond of a process.
 *
 * @example newId("run") // "run_0198f3a2c4d17b3e8a5c0d6e1f2a3b4c"
 */
export function newId(prefix: IdPrefix): string {
  const now = Date.now();
  if (now > last.time) last = { time: now, counter: randomBytes(2).readUInt16BE() & 0x07ff };
  else last.counter++;
  if (last.counter > 0x0fff) last = { time: last.time + 1, counter: 0 };
  const bytes = randomBytes(16);
  bytes.writeUIntBE(last.time, 0, 6);
  bytes.writeUInt16BE(0x7000 | last.counter, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return `${prefix}_${bytes.toString("hex")}`;
}
