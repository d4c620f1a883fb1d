// One I/O round trip: the host asks, a scripted dashboard client answers, the host goes on. Its floor is the same messages relayed
// over the same transport between three processes with no product behind, plus one durable append of the same bytes.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { operate } from "./client.js";
import { commitTimes } from "./commit.js";
import { median } from "./median.js";

const blocks = 5;
const perBlock = 200;
const here = fileURLToPath(new URL(".", import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), "interval-bench-"));
const children = [];

try {
  const url = await start([join(here, "../../server/dist/cli/interval.js"), "start"], {
    PORT: "0",
    INTERVAL_DATA_DIR: dataDir,
    INTERVAL_LOG: "error",
  });
  const key = readFileSync(join(dataDir, "development.key"), "utf8").trim();
  await start([join(here, "host.js")], { INTERVAL_ENDPOINT: url, INTERVAL_API_KEY: key });
  const relay = await start([join(here, "relay.js")]);
  await start([join(here, "relay-host.js")], { INTERVAL_ENDPOINT: relay });

  const product = [];
  const transport = [];
  const commit = [];
  await operate(url, key, perBlock); // warms up
  await operate(relay, key, perBlock);
  // In turns, so that whatever else the machine does falls on all alike.
  for (let block = 0; block < blocks; block++) {
    product.push(...(await operate(url, key, perBlock)));
    transport.push(...(await operate(relay, key, perBlock)));
    commit.push(...commitTimes(dataDir, perBlock));
  }
  report({ product: median(product), transport: median(transport), commit: median(commit) });
} finally {
  for (const child of children) child.kill();
  await Promise.all(children.map((child) => child.exitCode ?? new Promise((done) => child.once("exit", done))));
  rmSync(dataDir, { recursive: true, force: true });
}

/** Starts a program and resolves with the address that it sends. */
function start(args, env = {}) {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.once("message", ({ url }) => resolve(url));
    child.once("exit", (code) => reject(new Error(`${args[0]} ended with exit code ${code}`)));
  });
}

function report({ product, transport, commit }) {
  const floor = transport + commit;
  const line = (name, value, of) => ({
    name,
    value: round(value),
    unit: "ms",
    floor: round(of),
    ratio: round(value / of),
  });
  const lines = [
    line("io_round_trip", product, floor),
    line("io_round_trip_transport", transport, transport),
    line("io_round_trip_commit", commit, commit),
    line("io_round_trip_product", product - floor, floor),
  ];
  if (process.argv.includes("--json")) console.log(JSON.stringify(lines));
  else console.table(lines);
}

function round(value) {
  return Math.round(value * 1000) / 1000;
}
