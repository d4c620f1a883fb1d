// For the kill -9 test: appends events to a run without end, several at once, and prints each sequence when it is acknowledged.
import { writeSync } from "node:fs";
import { SqliteConnection } from "./connection.ts";

const [file = "", runId = ""] = process.argv.slice(2);
const connection = new SqliteConnection({ file, readOnly: false });
const run = (sql: string, ...parameters: Array<string | number | Uint8Array>) =>
  connection.request({ op: "statement", statement: { sql, parameters }, transaction: null });

await run(
  "create table if not exists run_event (run_id text, sequence integer, bytes blob, primary key (run_id, sequence))",
);
for (let sequence = 1; ; sequence += 8) {
  const batch = Array.from({ length: 8 }, (_, i) => sequence + i);
  await Promise.all(
    batch.map(async (next) => {
      await run("insert into run_event (run_id, sequence, bytes) values (?, ?, ?)", runId, next, new Uint8Array(300));
      writeSync(1, `${next}\n`);
    }),
  );
}
