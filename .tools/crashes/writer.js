// Writes to a data directory as the server does, without end, and prints what is acknowledged, each as a line of JSON.
// writer.js <data directory> <runs at a time>
import { randomUUID } from "node:crypto";
import { writeSync } from "node:fs";
import { RunActor } from "../../server/dist/domain/runs/actor.js";
import { openSqliteStore } from "../../server/dist/store/sqlite/open.js";
import { sumOf } from "./acknowledged.js";
import { newRun, work } from "./work.js";

const [dataDir, width] = process.argv.slice(2);

// Written at once: what was acknowledged is known also when this process ends the next moment.
const acknowledge = (promise) => writeSync(1, `${JSON.stringify(promise)}\n`);

/** Called when events are durable, as the server tells viewers and hosts of them. */
const committed = (actor, { events }) => {
  const stored = events.filter(({ sequence }) => sequence > 0n);
  if (stored.length === 0) return;
  acknowledge({ run: actor.id, from: Number(stored[0].sequence), sums: stored.map(sumOf) });
};

const store = await openSqliteStore(dataDir);
const [organization] = await store.people.listOrganizations();
const { id: organizationId } = organization ?? (await store.people.createOrganization({ slug: "main", name: "Main" }));
const environment = await store.people.findEnvironment(organizationId, "production");
const scope = { organizationId, environmentId: environment.id, userId: null };
const load = (record) => RunActor.load(store.journal, record, committed);

/** The runs that were open when the process before this one ended: they go on. */
const open = await store.journal.listOpenRuns();
acknowledge({ ready: open.length });

await Promise.all(
  Array.from({ length: Number(width) }, async (_, lane) => {
    while (true) {
      const record = open.pop() ?? (await start(lane === 0));
      await work(store, await load(record), acknowledge);
    }
  }),
);

async function start(isLong) {
  const { record, started } = newRun(scope, isLong);
  const request = randomUUID();
  await store.journal.createRun(record, [started], request, "writer");
  acknowledge({ run: record.run.id, from: 1, sums: [sumOf(started)], start: request });
  return record;
}
