// Many open runs that wait, in one server: what each costs the server and its host in memory, what one active run among them feels of
// them, and how long until all are there again after the server was killed. node .tools/bench/idle.js [runs] [--json]
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { bin } from "../lib.js";
import { programKey } from "../program-key.js";
import { operate, watchRuns } from "./client.js";
import { Memory } from "./memory.js";
import { Programs, saidBy } from "./programs.js";
import { freePort, Requests } from "./requests.js";

const count = Number(process.argv.slice(2).find((each) => /^\d+$/.test(each)) ?? 10_000);
const hostCount = 4;
const blocks = 12;
const perBlock = 150;
/** After how long a server has let go of what nobody uses, in milliseconds. */
const idleMs = 95_000;
/** After a restart, one of so many runs is answered at once. */
const sampleEvery = 50;

const here = fileURLToPath(new URL(".", import.meta.url));
const watched = ["--no-warnings", "--expose-gc", "--import", join(here, "heap.js")];
const say = (text) => process.argv.includes("--json") || console.log(text);

/** A server with its hosts. */
class Site {
  #programs = new Programs();
  #port;
  requests;
  server;
  hosts = [];

  async start() {
    this.#port = await freePort();
    const url = `http://localhost:${this.#port}`;
    await this.startServer();
    const hostKey = readFileSync(join(this.#programs.dataDir, "development.key"), "utf8").trim();
    this.key = programKey(this.#programs.dataDir);
    this.requests = new Requests(url, this.key);
    const env = { INTERVAL_ENDPOINT: url, INTERVAL_API_KEY: hostKey };
    for (let i = 0; i < hostCount; i++) {
      const host = this.#programs.spawn([...watched, join(here, "idle-host.js")], env);
      await saidBy(host);
      this.hosts.push(host);
    }
    await operate(url, this.key, perBlock); // warms up
    await this.requests.finishRuns(await this.requests.openRuns("wait", 300));
  }

  async startServer() {
    const env = { PORT: String(this.#port), INTERVAL_DATA_DIR: this.#programs.dataDir, INTERVAL_LOG: "error" };
    this.server = this.#programs.spawn([...watched, bin.interval, "start"], env);
    await saidBy(this.server);
  }

  /** What the server holds, and what all its hosts hold, in bytes. */
  async memory() {
    const [server, ...hosts] = await Promise.all([this.server, ...this.hosts].map(memoryOf));
    const sum = (name) => hosts.reduce((total, host) => total + host[name], 0);
    return { server, hosts: { rss: sum("rss"), heap: sum("heap") } };
  }

  roundTrips() {
    return operate(this.requests.url, this.key, perBlock);
  }

  async killServer() {
    const gone = new Promise((resolve) => this.server.once("exit", resolve));
    this.server.kill("SIGKILL");
    await gone;
  }

  stop() {
    return this.#programs.stop();
  }
}

const [full, empty] = [new Site(), new Site()];
const result = { runs: count, hosts: hostCount };
const sampled = new Set();
try {
  await full.start();
  await empty.start();
  const before = await full.memory();
  const held = (memory) => ({
    server: perRun(before.server, memory.server),
    hosts: perRun(before.hosts, memory.hosts),
  });
  result.before = { server: MiB(before.server), hosts: MiB(before.hosts) };
  say(`Opening ${count} runs ...`);
  const began = performance.now();
  const runs = await full.requests.openRuns("wait", count);
  result.open_ms = Math.round(performance.now() - began);
  tell("kib_per_run_just_opened", held(await full.memory()));
  await pause(idleMs);
  tell("kib_per_run_idle", held(await full.memory()));
  const viewer = await watchRuns(full.requests.url, full.key);
  tell("kib_per_run_with_a_viewer", held(await full.memory()));
  tell("round_trip", await roundTrips());
  viewer.close();
  tell("restart", await restart(runs));
  await pause(idleMs); // also longer than a run waits for its host
  tell("kib_per_run_after_restart", held(await full.memory()));
  const answered = performance.now();
  await full.requests.finishRuns(runs.filter((run) => !sampled.has(run)));
  result.restart.answer_all_ms = Math.round(performance.now() - answered);
  console.log(process.argv.includes("--json") ? JSON.stringify(result) : result);
} finally {
  await Promise.all([full.stop(), empty.stop()]);
}

function tell(name, figures) {
  result[name] = figures;
  say(`${name}: ${JSON.stringify(figures)}`);
}

/** How long questions take among all the runs, and on a server that has no others; in turns, so that whatever else the machine does falls on both. */
async function roundTrips() {
  const [among, alone, ratios] = [[], [], []];
  for (let block = 0; block < blocks; block++) {
    const sites = { among: full, alone: empty };
    const times = {};
    // Neither is always the first.
    for (const name of block % 2 ? ["alone", "among"] : ["among", "alone"])
      times[name] = await sites[name].roundTrips();
    among.push(...times.among);
    alone.push(...times.alone);
    ratios.push({ p50: p50(times.among) / p50(times.alone), p99: p99(times.among) / p99(times.alone) });
  }
  return {
    among_p50_ms: round(p50(among)),
    alone_p50_ms: round(p50(alone)),
    p50_ratio: round(p50(ratios.map((ratio) => ratio.p50))),
    among_p99_ms: round(p99(among)),
    alone_p99_ms: round(p99(alone)),
    p99_ratio: round(p50(ratios.map((ratio) => ratio.p99))),
  };
}

/** Kills the server and starts it again: a sample from the first to the last run is answered as soon as may be. */
async function restart(runs) {
  await full.killServer();
  const began = performance.now();
  const since = () => Math.round(performance.now() - began);
  await full.startServer();
  const start_ms = since();
  const memory = new Memory(() => [full.server.pid]);
  const sample = runs.filter((_, i) => i % sampleEvery === 0 || i === count - 1);
  for (const run of sample) sampled.add(run);
  await full.requests.finishRuns(sample);
  return { start_ms, live_ms: since(), peak_rss_mib: memory.stop().peak };
}

async function memoryOf(program) {
  const said = saidBy(program);
  program.send({ memory: true });
  return (await said).memory;
}

/** What one run more costs, in KiB. */
function perRun(before, now) {
  const cost = (kind) => round((now[kind] - before[kind]) / count / 1024);
  return { heap: cost("heap"), rss: cost("rss") };
}

function MiB({ rss, heap }) {
  return { rss_mib: round(rss / 2 ** 20), heap_mib: round(heap / 2 ** 20) };
}

function p50(numbers) {
  return at(numbers, 0.5);
}

function p99(numbers) {
  return at(numbers, 0.99);
}

function at(numbers, part) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length * part)];
}

function round(number) {
  return Math.round(number * 100) / 100;
}
