// Many open runs over the loss of their server, and of their only host: how long until each goes on, and whether anything was done twice.
// node .tools/bench/survive.js [runs] [--json]
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "./median.js";

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
  let host = await startHost(key);

  const plain = await openRuns("plain");
  await kill(server);
  server = await startServer();
  const server_killed = await goOn(plain);

  const durable = await openRuns("durable");
  const before = steps().length;
  await kill(host);
  const restarted = performance.now();
  host = await startHost(key);
  const host_start_ms = Math.round(performance.now() - restarted);
  const host_killed = await takenUp(durable);
  await goOn(durable);
  const done = steps();
  const doubled = done.length - new Set(done).size;
  print({ runs: count, server_killed, host_killed, host_start_ms, steps: done.length, steps_before: before, doubled });

  function client(method, body) {
    return call(key, method, body);
  }

  /** Runs that have had their first answer and wait for the second. */
  async function openRuns(action) {
    return each(Array.from({ length: count }), async () => {
      const { state } = await client("RunService/StartRun", { action, requestId: randomUUID(), wait: "60s" });
      await client("RunService/AnswerCall", answer(state.run.id, "First"));
      return state.run.id;
    });
  }

  /** Answers all runs, and tells when each of them had ended. */
  async function goOn(runs) {
    const began = performance.now();
    const times = await each(runs, async (runId) => {
      await until(() => client("RunService/AnswerCall", answer(runId, "Second")));
      const { state } = await client("RunService/GetRun", { runId, wait: "60s" });
      if (state.run.status !== "RUN_STATUS_SUCCEEDED") throw new Error(`${runId} ended as ${state.run.status}`);
      return performance.now() - began;
    });
    return figures(times);
  }

  /** Tells when each of the runs was executed again and asked what it had asked. */
  async function takenUp(runs) {
    const began = performance.now();
    const left = new Set(runs);
    const times = [];
    while (left.size > 0) {
      await each([...left], async (runId) => {
        const { state } = await client("RunService/GetRun", { runId });
        if (state.epoch !== 2 || state.run.status !== "RUN_STATUS_AWAITING_INPUT") return;
        left.delete(runId);
        times.push(performance.now() - began);
      });
    }
    return figures(times);
  }
} finally {
  for (const child of children) child.kill("SIGKILL");
  rmSync(dataDir, { recursive: true, force: true });
}

function answer(runId, label) {
  const callKey = `inputText:${label}`;
  const values = { [callKey]: { inputText: { text: label } } };
  return { runId, callKey, answer: { values }, requestId: randomUUID(), wait: "60s" };
}

function steps() {
  return readFileSync(ledger, "utf8").split("\n").filter(Boolean);
}

/** Does something for many, a few dozen at a time. */
async function each(items, work, width = 50) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const i = next++;
      results[i] = await work(items[i]);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

/** Repeats a request while there is nobody, as a careful client does. */
async function until(work) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function call(key, method, body) {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const response = await fetch(`${url}/interval.operator.v1.${method}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method}: ${await response.text()}`);
  return response.json();
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

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function print(result) {
  if (process.argv.includes("--json")) return console.log(JSON.stringify(result));
  console.table({ "server killed": result.server_killed, "host killed": result.host_killed });
  console.log(`${result.runs} runs each; ${result.steps} steps taken, ${result.doubled} of them twice.`);
}
