// A host: offers the actions, notes what its handlers see, and kills itself where the seed says so.
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Interval } from "@interval/sdk";
import { openLedger } from "./ledger.js";
import { fraction } from "./seeded.js";
import { work } from "./workload.js";

const { FAULTS_DIR: dir, FAULTS_DEPLOY: deploy } = process.env;
const write = openLedger(join(dir, "ledger"), "host");
let mayDie = true;

/** How many times hosts were started before: each is a deploy, after so many of which the programs are edited. */
const version = Math.floor(Number(deploy) / 4);

const handler = (program) => (io, ctx) => {
  const { seed, number, deadly } = ctx.params;
  const execution = randomUUID();
  const note = (entry) => write({ run: ctx.run.id, number, execution, pid: process.pid, ...entry });
  return work({ io, ctx, program, version, execution, note, point: (name) => dieAt([seed, number, name], deadly) });
};

/** At a few places of a few runs, and at each of them once, the process is gone from one instruction to the next. */
async function dieAt(place, likelihood) {
  const at = fraction(...place, "die");
  if (!mayDie || at >= likelihood) return;
  try {
    writeFileSync(join(dir, "deaths", String(at)), "", { flag: "wx" });
  } catch {
    return;
  }
  await pause(Math.floor(at * 1e6) % 3); // before, while or after what was said last is on its way
  process.kill(process.pid, "SIGKILL");
}

const interval = new Interval({
  logLevel: "quiet",
  routes: {
    plain: { handler: handler("plain") },
    durable: { handler: handler("durable"), durable: true },
    reworded: { handler: handler("reworded"), durable: true },
    edited: { handler: handler("edited"), durable: true },
  },
});
process.on("message", (message) => {
  if (message === "peace") mayDie = false;
  if (message === "leave") void interval.safelyClose().then(() => process.exit(0));
});
process.on("disconnect", () => process.exit(0));
await interval.listen();
process.send({ ready: true });
