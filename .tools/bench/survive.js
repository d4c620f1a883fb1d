// Many open runs over the loss of their server, and of their only host: how long until they go on, and whether anything was done twice.
// node .tools/bench/survive.js [runs] [--json]
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { programKey } from "../program-key.js";
import { median } from "./median.js";
import { each, freePort, Requests } from "./requests.js";

const count = Number(process.argv.slice(2).find((each) => /^\d+$/.test(each)) ?? 1000);
const here = fileURLToPath(new URL(".", import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), "interval-survive-"));
const ledger = join(dataDir, "steps.txt");
const port = await freePort();
const url = `http://localhost:${port}`;
const children = new Set();

try {
  writeFileSync(ledger, "");
  let server = await startServer();
  const key = readFileSync(join(dataDir, "development.key"), "utf8").trim();
  const requests = new Requests(url, programKey(dataDir));
  let host = await startHost(key);

  const plain = await requests.openRuns("plain", count);
  await kill(server);
  server = await startServer();
  const server_killed = await goOn(plain);

  const durable = await requests.openRuns("durable", count);
  const steps_before = steps().length;
  await kill(host);
  await untilLost(durable);
  const restarted = performance.now();
  host = await startHost(key);
  const host_start_ms = Math.round(performance.now() - restarted);
  const host_killed = await goOn(durable);
  const done = steps();
  const doubled = done.length - new Set(done).size;
  print({ runs: count, server_killed, host_killed, host_start_ms, steps: done.length, steps_before, doubled });

  /** Waits until the server knows that the host of runs is gone. */
  async function untilLost(runs) {
    await each(runs, async (runId) => {
      while ((await requests.call("RunService/GetRun", { runId })).state.run.status !== "RUN_STATUS_HOST_LOST");
    });
  }

  /**
   * Answers runs until all have ended. The figures are of every tenth, answered as soon as may be: as much as a server feels of people, of
   * whom none answers everything. Then come the others, as fast as one program asks.
   */
  async function goOn(runs) {
    const began = performance.now();
    const isSampled = (i) => i % 10 === 0 || i === runs.length - 1;
    const live = figures(await requests.finishRuns(runs.filter((_, i) => isSampled(i))));
    await requests.finishRuns(runs.filter((_, i) => !isSampled(i)));
    return { ...live, answer_all_ms: Math.round(performance.now() - began) };
  }
} finally {
  for (const child of children) child.kill("SIGKILL");
  rmSync(dataDir, { recursive: true, force: true });
}

function steps() {
  return readFileSync(ledger, "utf8").split("\n").filter(Boolean);
}

function figures(times) {
  const [first_ms, median_ms, last_ms] = [Math.min(...times), median(times), Math.max(...times)].map(Math.round);
  return { first_ms, median_ms, last_ms };
}

function startServer() {
  const env = { PORT: String(port), INTERVAL_DATA_DIR: dataDir, INTERVAL_LOG: "error" };
  return start([join(here, "../../server/dist/cli/interval.js"), "start"], env);
}

function startHost(key) {
  return start([join(here, "survive-host.js")], { INTERVAL_ENDPOINT: url, INTERVAL_API_KEY: key, LEDGER: ledger });
}

/** Starts a program and resolves once it says that it is ready. */
function start(args, env) {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  children.add(child);
  return new Promise((resolve, reject) => {
    child.once("message", () => resolve(child));
    child.once("exit", (code) => reject(new Error(`${args[0]} ended with exit code ${code}`)));
  });
}

async function kill(child) {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
  children.delete(child);
}

function print(result) {
  if (process.argv.includes("--json")) return console.log(JSON.stringify(result));
  console.table({ "server killed": result.server_killed, "host killed": result.host_killed });
  console.log(`${result.runs} runs each; ${result.steps} steps taken, ${result.doubled} of them twice.`);
}
