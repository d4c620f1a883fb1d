import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { create, toBinary } from "@bufbuild/protobuf";
import { AnswerSubmittedSchema } from "@interval/proto";

/** How long a durable append of one answer takes, in milliseconds, some times over. */
export function commitTimes(directory, count) {
  const db = new DatabaseSync(join(directory, "floor.sqlite"));
  db.exec("pragma journal_mode = wal; pragma synchronous = full");
  db.exec("create table if not exists event (id integer primary key, bytes blob not null)");
  const insert = db.prepare("insert into event (bytes) values (?)");
  const values = { name: { kind: { case: "inputText", value: { text: "Ada" } } } };
  const bytes = toBinary(AnswerSubmittedSchema, create(AnswerSubmittedSchema, { callKey: "name", answer: { values } }));
  const times = [];
  for (let i = 0; i < count; i++) {
    const began = performance.now();
    insert.run(bytes);
    times.push(performance.now() - began);
  }
  db.close();
  return times;
}
