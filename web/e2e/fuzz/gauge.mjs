// Loaded into the server before its own code: tells by a socket how long its event loop stood still, and what it holds in memory.
import { createServer } from "node:http";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread } from "node:worker_threads";

const tickMs = 20;
const socket = process.env.FUZZ_GAUGE;

if (isMainThread && socket && process.send) {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  const stalls = [];
  let last = performance.now();
  let usage = process.threadCpuUsage();
  setInterval(() => {
    const now = performance.now();
    const used = process.threadCpuUsage(usage);
    const cpuMs = (used.user + used.system) / 1000;
    // On a busy machine a process may wait for a core: a turn counts by the time that the thread itself has worked.
    if (cpuMs > 200) stalls.push({ at: Date.now(), ms: Math.round(now - last), cpuMs: Math.round(cpuMs) });
    last = now;
    usage = process.threadCpuUsage();
  }, tickMs).unref();
  createServer((request, response) => {
    if (request.url === "/collect") {
      collect();
      collect();
      last = performance.now();
      usage = process.threadCpuUsage();
    }
    const { heapUsed, external, rss } = process.memoryUsage();
    response.end(JSON.stringify({ heapBytes: heapUsed + external, rss, stalls: stalls.splice(0) }));
  })
    .listen(socket)
    .unref();
}
