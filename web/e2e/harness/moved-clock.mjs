// Loaded into a process with --import: its clock goes ahead of the system's by what a file says, also when that changes. Timers go on as they do,
// since they count on the monotonic clock, which nobody moves.
import { readFileSync } from "node:fs";

const SystemDate = Date;
const now = () => SystemDate.now() + Number(readFileSync(process.env.CLOCK_FILE, "utf8"));

globalThis.Date = new Proxy(SystemDate, {
  apply: () => new SystemDate(now()).toString(),
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  get: (target, name, receiver) => (name === "now" ? now : Reflect.get(target, name, receiver)),
});
