import { toBinary } from "@bufbuild/protobuf";
import { limits, lineHead, listedRun, RunEventSchema, RunSchema } from "@interval/proto";
import { type Kysely, sql } from "kysely";
import { readable } from "../readable.ts";

/**
 * Lists read little: the row of a run has no parameters, large log lines have a head, and the lines of a run an index. Rows that cannot be read
 * stay as they are.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
  await shortenRuns(db);
  await writeHeads(db);
}

const statements = [
  `create table run_line_head (run_id text not null references run (id) on delete cascade, sequence bigint not null,
    bytes blob not null, primary key (run_id, sequence))`,
  `create index run_line on run_event (run_id, sequence) where kind = 'logged'`,
];

/** So many rows are in memory at once: each may have megabytes. */
const atOnce = 20;

async function shortenRuns(db: Kysely<unknown>): Promise<void> {
  for (let after = ""; ; ) {
    const { rows } = await sql<{ id: string; run: Uint8Array }>`
      select id, run from run where id > ${after} order by id limit ${atOnce}`.execute(db);
    for (const { id, run } of rows) {
      const read = readable(RunSchema, run);
      const bytes = read && toBinary(RunSchema, listedRun(read));
      if (bytes && bytes.length < run.length) await sql`update run set run = ${bytes} where id = ${id}`.execute(db);
    }
    const last = rows.at(-1);
    if (!last) return;
    after = last.id;
  }
}

async function writeHeads(db: Kysely<unknown>): Promise<void> {
  for (let after = { run_id: "", sequence: 0 }; ; ) {
    const { rows } = await sql<{ run_id: string; sequence: number; bytes: Uint8Array }>`
      select run_id, sequence, bytes from run_event
        where kind = 'logged' and length(bytes) > ${limits.logLineBytes}
          and (run_id, sequence) > (${after.run_id}, ${after.sequence})
        order by run_id, sequence limit ${atOnce}`.execute(db);
    for (const { run_id, sequence, bytes } of rows) {
      const event = readable(RunEventSchema, bytes);
      const head = event && lineHead(event);
      if (!head || head === event) continue;
      await sql`insert into run_line_head (run_id, sequence, bytes)
        values (${run_id}, ${sequence}, ${toBinary(RunEventSchema, head)})`.execute(db);
    }
    const last = rows.at(-1);
    if (!last) return;
    after = last;
  }
}
