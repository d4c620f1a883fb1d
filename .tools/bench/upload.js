// A file of 1 GiB: chunk by chunk to the server, and as a stream to the host. Prints throughput, and the most memory that server and host
// have held. The floor of the upload is the same bytes written to the same disk, durable after each chunk.
// node .tools/bench/upload.js [MiB] [--json]
import { spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MiB = 1024 * 1024;
const size = Number(process.argv.slice(2).find((each) => /^\d+$/.test(each)) ?? 1024) * MiB;
const chunk = randomBytes(8 * MiB);
const here = fileURLToPath(new URL(".", import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), "interval-bench-"));
const children = [];

try {
  const server = await start([join(here, "../../server/dist/cli/interval.js"), "start"], {
    PORT: "0",
    INTERVAL_DATA_DIR: dataDir,
    INTERVAL_LOG: "error",
  });
  const key = readFileSync(join(dataDir, "development.key"), "utf8").trim();
  const host = await start([join(here, "upload-host.js")], { INTERVAL_ENDPOINT: server.url, INTERVAL_API_KEY: key });
  const before = { server: peakMiB(server.child), host: peakMiB(host.child) };
  const call = client(server.url, key);

  const { state } = await call("RunService/StartRun", { action: "upload", wait: "10s" });
  const runId = state.run.id;
  const callKey = "inputFile:File";
  const target = { callKey, componentKey: callKey };
  const request = { runId, answer: target, name: "large.bin", size: String(size), requestId: randomUUID() };
  const { assetId } = await call("FileService/BeginUpload", request);

  const cpuBefore = cpuSeconds(server.child);
  const began = performance.now();
  for (let offset = 0; offset < size; offset += chunk.length) {
    const body = chunk.subarray(0, Math.min(chunk.length, size - offset));
    const headers = { authorization: `Bearer ${key}`, "upload-offset": String(offset) };
    const response = await fetch(`${server.url}/assets/${assetId}`, { method: "PATCH", headers, body });
    if (response.status !== 204) throw new Error(`${response.status}: ${await response.text()}`);
  }
  const uploadMs = performance.now() - began;
  const cpu = cpuSeconds(server.child) - cpuBefore;
  const answer = { values: { [callKey]: { inputFile: { files: [{ assetId }] } } } };
  await call("RunService/AnswerCall", { runId, callKey, answer, requestId: randomUUID(), wait: "60s" });
  const ended = await call("RunService/GetRun", { runId, wait: "60s" });
  const fields = ended.state.finished.success.result.recordValue.fields;
  const result = Object.fromEntries(fields.map(({ name, value }) => [name, value.doubleValue]));
  if (result.bytes !== size) throw new Error(`The host has read ${result.bytes} of ${size} bytes.`);
  const after = { server: peakMiB(server.child), host: peakMiB(host.child) };
  report({ uploadMs, floorMs: await floorMs(), readMs: result.ms, cpu, before, after });
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
    child.once("message", ({ url }) => resolve({ child, url }));
    child.once("exit", (code) => reject(new Error(`${args[0]} ended with exit code ${code}`)));
  });
}

/** Calls services as curl would. */
function client(url, key) {
  return async (method, body) => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    const response = await fetch(`${url}/interval.operator.v1.${method}`, init);
    if (!response.ok) throw new Error(`${method}: ${await response.text()}`);
    return response.json();
  };
}

/** How long the same bytes take to the same disk. */
async function floorMs() {
  const file = await open(join(dataDir, "floor"), "w");
  const began = performance.now();
  for (let offset = 0; offset < size; offset += chunk.length) {
    await file.write(chunk, 0, Math.min(chunk.length, size - offset));
    await file.datasync();
  }
  const ms = performance.now() - began;
  await file.close();
  return ms;
}

/** How long a process has had a processor so far, in seconds; 0 where the system does not tell. */
function cpuSeconds({ pid }) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/.*\) /, "").split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

/** The most memory that a process has held so far; 0 where the system does not tell. */
function peakMiB({ pid }) {
  try {
    const [, kB] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Math.round(Number(kB ?? 0) / 1024);
  } catch {
    return 0;
  }
}

function report({ uploadMs, floorMs, readMs, cpu, before, after }) {
  const speed = (ms) => Math.round(size / MiB / (ms / 1000));
  const lines = [
    { name: "upload", value: speed(uploadMs), unit: "MiB/s", floor: speed(floorMs), ratio: round(uploadMs / floorMs) },
    { name: "upload_cpu", value: round(cpu / (size / MiB / 1024)), unit: "s/GiB" },
    { name: "host_reads", value: speed(readMs), unit: "MiB/s" },
    { name: "server_peak_rss", value: after.server, unit: "MiB", idle: before.server },
    { name: "host_peak_rss", value: after.host, unit: "MiB", idle: before.host },
  ];
  if (process.argv.includes("--json")) console.log(JSON.stringify(lines));
  else console.table(lines);
}

function round(value) {
  return Math.round(value * 100) / 100;
}
