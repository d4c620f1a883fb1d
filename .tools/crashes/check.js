// Opens a data directory as the server does after a crash, and holds what is in it against what was acknowledged and against itself.
import { create, toBinary } from "@bufbuild/protobuf";
import { foldRun, isOver, listedRun, RunFilterSchema, RunSchema, RunStateSchema, RunStatus } from "@interval/proto";
import { openSqliteStore } from "../../server/dist/store/sqlite/open.js";
import { sumOf } from "./acknowledged.js";

/** @returns what was acknowledged and is not there, and what is there and does not agree, in words */
export async function check(dataDir, acknowledged) {
  const lost = [];
  const torn = [];
  const store = await openSqliteStore(dataDir);
  try {
    torn.push(...(await complaints(store)));
    const records = await allRuns(store, torn);
    for (const [id, promised] of acknowledged.runs) {
      if (records.has(id)) lost.push(...(await missing(store, id, promised)));
      else lost.push(`${id}: the run is gone`);
    }
    for (const record of records.values()) torn.push(...(await disagreements(store, record)));
    for (const [id, received] of acknowledged.assets) {
      const asset = await store.assets.readAsset(id);
      if (!asset || asset.received < received) lost.push(`${id}: ${received} bytes were noted of the asset`);
    }
    return { lost, torn, runs: records.size };
  } finally {
    await store.close();
  }
}

/** What the database itself finds wrong. */
async function complaints(store) {
  const ask = async (sql) => {
    const statement = { sql, parameters: [] };
    return (await store.writer.request({ op: "statement", statement, transaction: null })).rows;
  };
  const integrity = (await ask("pragma integrity_check")).map((row) => Object.values(row).join(" "));
  const orphans = (await ask("pragma foreign_key_check")).map((row) => `${row.table} refers to a row that is gone`);
  return [...integrity.filter((line) => line !== "ok"), ...orphans];
}

/** All runs as lists show them: each filter has those of its status, and all of them together each run once. */
async function allRuns(store, torn) {
  const [organization] = await store.people.listOrganizations();
  const records = new Map();
  if (!organization) return records;
  const environment = await store.people.findEnvironment(organization.id, "production");
  const list = async (statuses) => {
    const found = [];
    let pageToken = "";
    do {
      const scope = { organizationId: organization.id, environmentId: environment.id, scopeUserId: null };
      const filter = create(RunFilterSchema, { statuses });
      const query = { ...scope, startedByUserId: null, filter, pageSize: 200, pageToken };
      const page = await store.journal.listRuns(query);
      found.push(...page.records);
      pageToken = page.nextPageToken;
    } while (pageToken);
    return found;
  };
  for (const record of await list([])) records.set(record.run.id, record);
  let filtered = 0;
  for (const status of Object.values(RunStatus).filter((each) => typeof each === "number")) {
    for (const { run } of await list([status])) {
      filtered++;
      if (records.get(run.id)?.run.status !== status) torn.push(`${run.id}: listed as ${status}, which it is not`);
    }
  }
  if (filtered !== records.size) torn.push(`${records.size} runs are listed, and ${filtered} by their statuses`);
  const open = new Set((await store.journal.listOpenRuns()).map(({ run }) => run.id));
  for (const { run } of records.values()) {
    if (open.has(run.id) === isOver(run)) torn.push(`${run.id}: with status ${run.status} it is in the wrong list`);
  }
  return records;
}

/** What was promised of a run and is not there. */
async function missing(store, id, { sums, requests, start, host }) {
  const lost = [];
  const events = await store.journal.readEvents(id, 0, { kinds: "all" });
  for (const [sequence, sum] of sums) {
    const event = events[sequence - 1];
    if (!event || Number(event.sequence) !== sequence) lost.push(`${id}: event ${sequence} is gone`);
    else if (sumOf(event) !== sum) lost.push(`${id}: event ${sequence} is another one`);
  }
  for (const request of requests) {
    if (!(await store.journal.hasRequest(id, request))) lost.push(`${id}: the request ${request} is forgotten`);
  }
  if (start && (await store.journal.findStarted(start, "writer")) !== id) lost.push(`${id}: its start is forgotten`);
  if ((await store.journal.readHostSequence(id, 1)) < host) lost.push(`${id}: the host was heard up to ${host}`);
  return lost;
}

/** Where the journal of a run, its row and its snapshot do not say the same. */
async function disagreements(store, { run, sequence }) {
  const torn = [];
  const events = await store.journal.readEvents(run.id, 0, { kinds: "all" });
  const gap = events.findIndex((event, i) => Number(event.sequence) !== i + 1);
  if (gap >= 0) torn.push(`${run.id}: event ${gap + 1} is missing before others`);
  if (events.length !== sequence) torn.push(`${run.id}: its row is at ${sequence}, its journal at ${events.length}`);
  const state = foldRun(events);
  if (!state.run || !same(RunSchema, listedRun(state.run), run))
    torn.push(`${run.id}: its row is not what its journal says`);
  const snapshot = await store.journal.readSnapshot(run.id);
  if (snapshot && !same(RunStateSchema, foldRun(events, snapshot), state)) {
    torn.push(`${run.id}: its snapshot at ${snapshot.sequence} is not what its journal says`);
  }
  return torn;
}

function same(schema, a, b) {
  return Buffer.compare(toBinary(schema, a), toBinary(schema, b)) === 0;
}
