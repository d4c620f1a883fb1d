import { type Kysely, sql } from "kysely";

/** What hosts have said is counted by the run's epoch, since a durable run may come back to a process that had it before. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table run_epoch (run_id text not null references run (id) on delete cascade, epoch integer not null,
    sequence bigint not null, primary key (run_id, epoch))`,
  `insert into run_epoch (run_id, epoch, sequence) select run_host.run_id, 1, run_host.sequence from run_host
    join run on run.id = run_host.run_id and run.host_instance_id = run_host.instance_id`,
  `drop table run_host`,
  `alter table run_epoch rename to run_host`,
];
