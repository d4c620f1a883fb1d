import { request } from "node:http";
import { text } from "node:stream/consumers";

/** A turn of the server's event loop that took too long. */
interface Stall {
  /** When it ended, in milliseconds since 1970. */
  at: number;
  ms: number;
  /** How long of it the thread has worked. */
  cpuMs: number;
}

/** What the server says of itself. */
export interface Reading {
  heapBytes: number;
  rss: number;
  /** The stalls since the last reading. */
  stalls: Stall[];
}

/** Asks the module that was loaded into the server. `collect`: after it has collected its garbage. */
export function readGauge(socketPath: string, { collect = false } = {}): Promise<Reading> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: collect ? "/collect" : "/", agent: false }, (response) => {
      text(response).then((body) => resolve(JSON.parse(body)), reject);
    });
    asked.on("error", reject).end();
  });
}
