// Kills writers and cuts their power, one after the other on the same data, and checks after each crash that all they had acknowledged is there.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Acknowledged } from "./acknowledged.js";
import { check } from "./check.js";
import { Disk } from "./disk.js";
import { endFirstStart, startWhole } from "./first-start.js";
import { Writer } from "./writers.js";

/** The exit code when power cuts were asked for and the system allows none. */
const notAllowed = 3;

/** How long a writer writes before it crashes, in milliseconds. */
const span = { from: 300, to: 2500 };

const { values: options } = parseArgs({
  options: {
    kills: { type: "string", default: "20" },
    "power-cuts": { type: "string", default: "10" },
    "first-starts": { type: "string", default: "5" },
    json: { type: "boolean", default: false },
  },
});
const [kills, powerCuts, firstStarts] = ["kills", "power-cuts", "first-starts"].map(numberOf);
const say = (text) => options.json || console.log(text);

const dir = mkdtempSync(join(tmpdir(), "interval-crashes-"));
const disk = new Disk(dir);
const result = { kills: 0, power_cuts: 0, first_starts: 0, acknowledged: 0, runs: 0, lost: 0, torn: 0, unstarted: 0 };
const faults = [];
let blocked = "";

// Whoever ends this leaves nothing mounted.
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    disk.close();
    process.exit(130);
  });
}

try {
  await crash("kills", kills, join(dir, "killed"), () => {});
  await startFirst(firstStarts, (i) => join(dir, `first-${i}`));
  if (powerCuts > 0) blocked = openDisk();
  if (powerCuts > 0 && !blocked) {
    await crash("power_cuts", powerCuts, join(disk.path, "data"), () => disk.cut());
    await startFirst(
      firstStarts,
      (i) => join(disk.path, `first-${i}`),
      () => disk.cut(),
    );
  }
} finally {
  disk.close();
}
report();

/** @returns why there is none, if there is none */
function openDisk() {
  try {
    disk.open();
    return "";
  } catch (error) {
    return `No power was cut. That needs root on a Linux system that lets loop devices be mounted, mkfs.ext4 and perl: ${error.message}`;
  }
}

/** Lets a writer write and crash, some times over, on the same data. */
async function crash(kind, times, dataDir, cut) {
  const acknowledged = new Acknowledged();
  for (let i = 1; i <= times; i++) {
    const before = acknowledged.count;
    const writer = new Writer(dataDir, acknowledged);
    await writer.ready();
    await pause(span.from + Math.random() * (span.to - span.from));
    cut();
    await writer.kill();
    if (kind === "power_cuts") disk.restore();
    const promises = acknowledged.count - before;
    const { lost, torn, runs } = await check(dataDir, acknowledged);
    faults.push(...[...lost, ...torn].map((fault) => `${kind} ${i}: ${fault}`));
    result[kind] = i;
    result.lost += lost.length;
    result.torn += torn.length;
    say(`${kind} ${i}: ${promises} promises, ${runs} runs in all, ${lost.length} lost, ${torn.length} torn`);
    if (promises === 0) throw new Error("The writer wrote nothing: this crash proves nothing.");
    if (i === times) result.runs += runs;
  }
  result.acknowledged += acknowledged.count;
}

/** Ends first starts at any moment, and starts each anew. */
async function startFirst(times, directory, cut) {
  if (times === 0) return;
  const place = (i) => {
    mkdirSync(directory(i));
    return directory(i);
  };
  const wholeMs = await startWhole(place(0));
  for (let i = 1; i <= times; i++) {
    const dataDir = place(i);
    // Also a little after it is ready: what it wrote last may lie in memory still.
    await endFirstStart(dataDir, Math.random() * wholeMs * 1.2, cut);
    if (cut) disk.restore();
    result.first_starts++;
    const fault = await startWhole(dataDir).then(
      () => undefined,
      (error) => error,
    );
    if (fault) {
      result.unstarted++;
      faults.push(`first start ${i}: ${fault.message}`);
    }
    say(`first start ${i}${cut ? " with a power cut" : ""}: ${fault ? fault.message : "the next one is whole"}`);
  }
}

function report() {
  if (options.json) console.log(JSON.stringify({ ...result, ...(blocked && { power_cuts_blocked: blocked }) }));
  else console.table({ "": result });
  for (const fault of faults.slice(0, 50)) console.error(fault);
  if (faults.length > 0) console.error(`The data is kept in ${dir}.`);
  else rmSync(dir, { recursive: true, force: true });
  if (blocked) console.error(blocked);
  process.exit(faults.length > 0 ? 1 : blocked ? notAllowed : 0);
}

function numberOf(name) {
  const number = Number(options[name]);
  if (Number.isInteger(number) && number >= 0) return number;
  console.error(`--${name} is "${options[name]}"; it must be a whole number from 0.`);
  process.exit(2);
}
