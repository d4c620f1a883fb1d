import { limits, type RunEvent, RunEventSchema, RunSchema, RunTrigger, searchText } from "@interval/proto";
import { type Kysely, sql } from "kysely";
import { readable } from "../readable.ts";

/** Runs are filtered by what started them and by text, and by action and person without reading all others. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of columns) await sql.raw(statement).execute(db);
  for (let after = ""; ; ) {
    const page = await sql<{ id: string; run: Uint8Array }>`
      select id, run from run where id > ${after} order by id limit 500`.execute(db);
    const last = page.rows.at(-1)?.id;
    if (last === undefined) break;
    const events = await readEvents(db, after, last);
    for (const { id, run } of page.rows) {
      const text = searchText(events.get(id) ?? []).slice(0, limits.search.runText);
      const trigger = readable(RunSchema, run)?.trigger ?? RunTrigger.UNSPECIFIED;
      await sql`update run set run_trigger = ${trigger}, search = ${text} where id = ${id}`.execute(db);
    }
    after = last;
  }
  for (const statement of indexes) await sql.raw(statement).execute(db);
}

const columns = [
  `alter table run add column run_trigger integer not null default 0`,
  `alter table run add column search text not null default ''`,
];

const indexes = [
  `create index run_action on run (organization_id, environment_id, scope_user_id, action, id desc)`,
  `create index run_person on run (organization_id, environment_id, scope_user_id, started_by_user_id, id desc)`,
  `drop index run_own`,
];

/** What the runs of a page are found by, in order. */
async function readEvents(db: Kysely<unknown>, after: string, last: string): Promise<Map<string, RunEvent[]>> {
  const events = new Map<string, RunEvent[]>();
  const { rows } = await sql<{ run_id: string; bytes: Uint8Array }>`
    select run_id, bytes from run_event where run_id > ${after} and run_id <= ${last}
      and kind in ('started', 'submitted', 'finished') order by run_id, sequence`.execute(db);
  for (const { run_id, bytes } of rows) {
    const event = readable(RunEventSchema, bytes);
    const known = events.get(run_id);
    if (event && known) known.push(event);
    else if (event) events.set(run_id, [event]);
  }
  return events;
}
