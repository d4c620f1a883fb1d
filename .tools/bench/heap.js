// Loaded into a program with --import and --expose-gc: asked for it, the program tells what it holds, after it has let go of what it does not need.
import { setImmediate as turn } from "node:timers/promises";
import { isMainThread } from "node:worker_threads";

if (isMainThread) {
  process.on("message", async ({ memory }) => {
    if (!memory) return;
    for (let i = 0; i < 3; i++) {
      globalThis.gc();
      await turn();
    }
    const { rss, heapUsed, external } = process.memoryUsage();
    process.send({ memory: { rss, heap: heapUsed + external } });
  });
}
