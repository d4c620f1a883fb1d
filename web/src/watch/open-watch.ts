import { createServerTransport, createWatchService } from "../transport.ts";
import { SharedWatch } from "./shared-watch.ts";
import { WatchClient } from "./watch-client.ts";
import type { WatchSource } from "./watch-source.ts";

/** Opens the one stream of this browser, or one of this tab where workers cannot be shared. */
export async function openWatch(userId: string): Promise<WatchSource> {
  if (typeof SharedWorker !== "undefined" && "locks" in navigator) {
    try {
      const name = `interval-${__BUILD__}-${userId}`;
      const worker = new SharedWorker(new URL("./watch-worker.ts", import.meta.url), { type: "module", name });
      return await SharedWatch.connect(worker);
    } catch (error) {
      console.warn("The shared stream could not be opened; this tab opens its own.", error);
    }
  }
  return new WatchClient(createWatchService(createServerTransport()));
}
