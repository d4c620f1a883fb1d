import { crc32 } from "node:zlib";
import { toBinary } from "@bufbuild/protobuf";
import { RunEventSchema } from "@interval/proto";

/** What an event holds, as a number. */
export const sumOf = (event) => crc32(toBinary(RunEventSchema, event));

/** All that a writer has said is durable. */
export class Acknowledged {
  /** By run: the sums of its events by sequence, the requests that were done, and how far its host was heard. */
  runs = new Map();
  /** By asset: how many bytes were noted. */
  assets = new Map();
  /** How many promises there were. */
  count = 0;

  add({ run: id, from, sums, start, request, host, asset, received }) {
    this.count++;
    if (asset) {
      this.assets.set(asset, received);
      return;
    }
    const run = this.runs.get(id) ?? { sums: new Map(), requests: [], start: undefined, host: 0 };
    this.runs.set(id, run);
    sums?.forEach((sum, i) => {
      run.sums.set(from + i, sum);
    });
    if (start) run.start = start;
    if (request) run.requests.push(request);
    if (host) run.host = Math.max(run.host, host);
  }
}
