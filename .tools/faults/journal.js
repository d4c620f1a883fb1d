// The journal as it lies on the disk.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fromBinary } from "@bufbuild/protobuf";
import { fromParams, RunEventSchema, RunSchema } from "@interval/proto";

/** Reads the journals of a server that has stopped. */
export class Journal {
  #db;
  #events;
  #started;

  constructor(dir) {
    this.#db = new DatabaseSync(join(dir, "data/interval.sqlite"), { readOnly: true });
    this.#events = this.#db.prepare("select bytes from run_event where run_id = ? order by sequence");
    this.#started = this.#db.prepare("select bytes from run_event where run_id = ? and kind = 'started'");
  }

  /** All runs, with the number that they were started under. */
  runs() {
    const rows = this.#db.prepare("select id, sequence, run from run order by id").all();
    return rows.map(({ id, sequence, run: bytes }) => {
      const { kind } = fromBinary(RunEventSchema, this.#started.get(id).bytes);
      const { params } = kind.value.run;
      // The row is what lists read: it holds no parameters.
      const run = { ...fromBinary(RunSchema, bytes), params };
      return { id, sequence, run, number: fromParams(params).number };
    });
  }

  events(runId) {
    return this.#events.all(runId).map(({ bytes }) => fromBinary(RunEventSchema, bytes));
  }
}
