// Many open runs that wait, in one server: what each costs the server and its host in memory, what one active run among them feels of
// them, and how long until all are there again after the server was killed. node .tools/bench/idle.js [runs] [--json]
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { bin } from "../lib.js";
import { operate, watchRuns } from "./client.js";
import { median } from "./median.js";
import { Memory } from "./memory.js";
import { Programs, saidBy } from "./programs.js";
import { freePort, Requests } from "./requests.js";

const count = Number(process.argv.slice(2).find((each) => /^\d+$/.test(each)) ?? 10_000);
const hostCount = 4;
const blocks = 7;
const perBlock = 200;
/** After how long a server has let go of what nobody uses, in milliseconds. */
const idleMs = 95_000;

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
    this.key = readFileSync(join(this.#programs.dataDir, "development.key"), "utf8").trim();
    this.requests = new Requests(url, this.key);
    const env = { INTERVAL_ENDPOINT: url, INTERVAL_API_KEY: this.key };
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
try {
  await full.start();
  await empty.start();
  const before = await full.memory();
  say(`Opening ${count} runs ...`);
  const began = performance.now();
  const runs = await full.requests.openRuns("wait", count);
  const open_ms = Math.round(performance.now() - began);
  const opened = await full.memory();
  say("Waiting until they are idle ...");
  await pause(idleMs);
  const idle = await full.memory();
  const viewer = await watchRuns(full.requests.url, full.key);
  const viewed = await full.memory();

  say("Measuring round trips ...");
  const times = { among: [], alone: [] };
  const ratios = [];
  for (let block = 0; block < blocks; block++) {
    // In turns, so that whatever else the machine does falls on both alike.
    const [among, alone] = [await full.roundTrips(), await empty.roundTrips()];
    times.among.push(...among);
    times.alone.push(...alone);
    ratios.push({ p50: median(among) / median(alone), p99: p99(among) / p99(alone) });
  }
  viewer.close();

  say("Killing the server ...");
  await full.killServer();
  const restarted = performance.now();
  await full.startServer();
  const start_ms = Math.round(performance.now() - restarted);
  const peak = new Memory(() => [full.server.pid]);
  const sample = runs.filter((_, i) => i % Math.ceil(count / 200) === 0);
  await full.requests.finishRuns([...sample, ...(sample.includes(runs.at(-1)) ? [] : [runs.at(-1)])]);
  const live_ms = Math.round(performance.now() - restarted);
  await pause(idleMs); // longer than a run waits for its host
  const resumed = await full.memory();
  const left = runs.filter((run) => !sample.includes(run) && run !== runs.at(-1));
  const answered = performance.now();
  await full.requests.finishRuns(left);
  const answer_all_ms = Math.round(performance.now() - answered);
  print({
    runs: count,
    hosts: hostCount,
    open_ms,
    server: { before: MiB(before.server), ...perRun(before.server, { opened, idle, viewed, resumed }, "server") },
    hosts_in_all: { before: MiB(before.hosts), ...perRun(before.hosts, { opened, idle, resumed }, "hosts") },
    round_trip: {
      among_p50_ms: round(median(times.among)),
      alone_p50_ms: round(median(times.alone)),
      p50_ratio: round(median(ratios.map(({ p50 }) => p50))),
      among_p99_ms: round(p99(times.among)),
      alone_p99_ms: round(p99(times.alone)),
      p99_ratio: round(median(ratios.map(({ p99 }) => p99))),
    },
    restart: { start_ms, live_ms, peak_rss_mib: peak.stop().peak, answer_all_ms },
  });
} finally {
  await Promise.all([full.stop(), empty.stop()]);
}

async function memoryOf(program) {
  const said = saidBy(program);
  program.send({ memory: true });
  return (await said).memory;
}

/** What one run more costs, in KiB. */
function perRun(before, moments, whose) {
  return Object.fromEntries(
    Object.entries(moments).flatMap(([moment, memory]) =>
      ["heap", "rss"].map((kind) => [
        `${moment}_${kind}_kib_per_run`,
        round((memory[whose][kind] - before[kind]) / count / 1024),
      ]),
    ),
  );
}

function MiB({ rss, heap }) {
  return { rss_mib: round(rss / 2 ** 20), heap_mib: round(heap / 2 ** 20) };
}

function p99(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length * 0.99)];
}

function round(number) {
  return Math.round(number * 100) / 100;
}

function print(result) {
  console.log(process.argv.includes("--json") ? JSON.stringify(result) : result);
}
