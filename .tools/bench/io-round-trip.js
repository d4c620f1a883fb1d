// One I/O round trip: the host asks, a scripted dashboard client answers, the host goes on. Its floor is the same messages relayed
// over the same transport between three processes with no product behind, plus one durable append of the same bytes.
import { operate } from "./client.js";
import { commitTimes } from "./commit.js";
import { line } from "./line.js";
import { median } from "./median.js";
import { Programs } from "./programs.js";

const blocks = 5;
const perBlock = 200;

/** Measures, and returns the figures. */
export async function measureRoundTrip() {
  const programs = new Programs();
  try {
    const { url, hostKey, key } = await programs.server();
    await programs.bench("host.js", { INTERVAL_ENDPOINT: url, INTERVAL_API_KEY: hostKey });
    const relay = await programs.bench("relay.js");
    await programs.bench("relay-host.js", { INTERVAL_ENDPOINT: relay });

    const product = [];
    const transport = [];
    const commit = [];
    await operate(url, key, perBlock); // warms up
    await operate(relay, key, perBlock);
    // In turns, so that whatever else the machine does falls on all alike.
    for (let block = 0; block < blocks; block++) {
      product.push(...(await operate(url, key, perBlock)));
      transport.push(...(await operate(relay, key, perBlock)));
      commit.push(...commitTimes(programs.dataDir, perBlock));
    }
    return report(median(product), median(transport), median(commit));
  } finally {
    await programs.stop();
  }
}

function report(product, transport, commit) {
  const floor = transport + commit;
  return [
    line("io_round_trip", product, floor),
    line("io_round_trip_transport", transport, transport),
    line("io_round_trip_commit", commit, commit),
    line("io_round_trip_product", product - floor, floor),
  ];
}
