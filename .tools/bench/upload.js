// A file of 1 GiB: chunk by chunk to a real server, and as a stream to a real host. Prints throughput, how much memory server and host have held
// beyond what they hold when idle, and whether the action has read the same bytes. The floor is the same bytes written to the same disk, durable
// after each chunk. With --browser a person in Chromium uploads it, and the line to the server breaks half way.
// node .tools/bench/upload.js [MiB] [--browser] [--json]
import { createHash, randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, install, node, run } from "../lib.js";

const MiB = 1024 * 1024;

// Node 20 may start it; the repo's own goes on.
if (Number(process.versions.node.split(".")[0]) < 24) {
  await install();
  await build();
  const { code } = await run(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
  process.exit(code);
}

const { limits } = await import("@interval/proto");
const { newDirectory } = await import("../../web/e2e/harness/paths.ts");
const { startHost } = await import("../../web/e2e/harness/program.ts");
const { TestServer } = await import("../../web/e2e/harness/server.ts");
const { cpuSeconds, Memory } = await import("./memory.js");
const { byBrowser, byScript } = await import("./upload-ways.js");

const size = Number(process.argv.slice(2).find((each) => /^\d+$/.test(each)) ?? 1024) * MiB;
const way = process.argv.includes("--browser") ? byBrowser : byScript;
const directory = await newDirectory("upload");
const here = fileURLToPath(new URL(".", import.meta.url));
const server = await TestServer.start({ INTERVAL_LOG: "error" });
let host;
try {
  const file = await makeFile(join(directory, "large.bin"));
  const key = await server.developmentKey();
  host = await startHost(here, [join(here, "upload-host.js")], {
    INTERVAL_ENDPOINT: server.url,
    INTERVAL_API_KEY: key,
  });
  const memory = { server: new Memory(() => [server.pid]), host: new Memory(() => [host.child.pid]) };
  const before = cpuSeconds(server.pid);
  const { uploadMs, result, sentAgain, browser } = await way(server, await server.programKey(), file);
  const cpu = cpuSeconds(server.pid) - before;
  if (result.bytes !== size) throw new Error(`The host has read ${result.bytes} of ${size} bytes.`);
  const isEqual = result.sha256 === file.sha256;
  const [ofServer, ofHost] = [memory.server.stop(), memory.host.stop()];
  report([
    { name: "upload", value: speed(uploadMs), unit: "MiB/s", floor: speed(file.ms), ratio: round(uploadMs / file.ms) },
    { name: "upload_cpu", value: round(cpu / (size / MiB / 1024)), unit: "s/GiB" },
    { name: "host_reads", value: speed(result.ms), unit: "MiB/s" },
    { name: "server_rss", value: ofServer.growth, unit: "MiB", idle: ofServer.idle },
    { name: "host_rss", value: ofHost.growth, unit: "MiB", idle: ofHost.idle },
    ...(browser ? [{ name: "browser_rss", value: browser.growth, unit: "MiB", idle: browser.idle }] : []),
    ...(sentAgain === undefined ? [] : [{ name: "sent_again", value: round(sentAgain / MiB), unit: "MiB" }]),
    { name: "hash_equal", value: isEqual ? 1 : 0, unit: "" },
  ]);
  process.exitCode = isEqual ? 0 : 1;
} finally {
  await host?.[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  for (const each of [directory, server.dataDir]) rmSync(each, { recursive: true, force: true });
}

/** Writes a file of which no chunk is like another, and says how long that took and what its digest is. */
async function makeFile(path) {
  const file = await open(path, "w");
  const hash = createHash("sha256");
  const chunk = randomBytes(limits.uploadChunkBytes);
  let ms = 0;
  for (let offset = 0; offset < size; offset += chunk.length) {
    chunk.writeDoubleLE(offset);
    const part = chunk.subarray(0, Math.min(chunk.length, size - offset));
    hash.update(part);
    const began = performance.now();
    await file.write(part);
    await file.datasync();
    ms += performance.now() - began;
  }
  await file.close();
  return { path, size, ms, sha256: hash.digest("hex") };
}

function report(lines) {
  if (process.argv.includes("--json")) console.log(JSON.stringify(lines));
  else console.table(lines);
}

function speed(ms) {
  return Math.round(size / MiB / (ms / 1000));
}

function round(value) {
  return Math.round(value * 100) / 100;
}
