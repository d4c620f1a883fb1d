// Runs one seed: starts a world, lets runs go on while things break, waits until all is quiet, and holds what everybody saw against the journal.
import { parseArgs } from "node:util";
import { Desk } from "./desk.js";
import { Injector } from "./injector.js";
import { judge } from "./verdict.js";
import { World } from "./world.js";

/** How long all runs together may take before nothing is broken any more, in milliseconds a run; and how long they have after that. */
const patienceMs = { start: 60_000, run: 3000, settle: 120_000 };

const { values: options } = parseArgs({
  options: {
    runs: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});
const runs = Number(options.runs);
if (!Number.isInteger(runs) || runs < 1) {
  console.error(`--runs is "${options.runs}"; it must be a whole number from 1.`);
  process.exit(2);
}
const { seed } = options;
const say = (text) => options.json || console.log(text);

let injector;
const desk = new Desk(seed, runs, () => injector?.step());
const world = new World(seed, desk);
const began = Date.now();
const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms).unref());

// Whoever ends this ends what it has started.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => world.stop().finally(() => process.exit(130)));

await world.start();
injector = new Injector(seed, world);
say(`${runs} runs with the seed ${seed}; everything is remembered in ${world.dir}`);
const progress = setInterval(() => say(`  ${desk.over.size} of ${runs} runs are over`), 15_000);
await Promise.race([desk.done, after(patienceMs.start + runs * patienceMs.run)]);
injector.stop();
world.makePeace();
desk.finish();
await Promise.race([desk.done, after(patienceMs.settle)]);
clearInterval(progress);
await world.stop();

const verdict = judge({ dir: world.dir, runs, left: desk.open });
const { lost, doubled, stuck, stale } = verdict;
const seconds = Math.round((Date.now() - began) / 1000);
const injected = { ...injector.counts, dieHost: world.deaths };
const count = (faults) => faults.length;
const result = { runs, lost: count(lost), doubled: count(doubled), stuck: count(stuck), stale: count(stale), injected };
const failed = lost.length + doubled.length + stuck.length + stale.length > 0;
if (options.json) console.log(JSON.stringify({ ...result, seed, seconds }));
else {
  console.log(
    `${runs} runs in ${seconds} s: ${Object.entries(verdict.ends)
      .map(([end, n]) => `${n} ${end}`)
      .join(", ")}`,
  );
  console.table(injected);
  console.log(`lost ${lost.length}, doubled ${doubled.length}, stuck ${stuck.length}, stale ${stale.length}`);
}
if (failed) {
  for (const [kind, faults] of Object.entries({ lost, doubled, stuck, stale })) {
    for (const { run, number, why } of faults.slice(0, 20)) console.error(`${kind}: ${run} (number ${number}): ${why}`);
  }
  console.error(`The seed was ${seed}. The journal and the ledger are kept; to look at a run:
  node .tools/faults/show.js ${world.dir} <run id or number>`);
} else world.remove();
process.exit(failed ? 1 : 0);
