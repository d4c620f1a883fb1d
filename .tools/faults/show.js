// Shows what was remembered of one run: the journal, and what everybody noted. `node .tools/faults/show.js <directory> <run id or number>`
import { join } from "node:path";
import { toJsonString } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { RunEventSchema } from "@interval/proto";
import { Journal } from "./journal.js";
import { readLedger } from "./ledger.js";

const [dir, wanted] = process.argv.slice(2);
const journal = new Journal(dir);
const lines = [];
const numbers = new Set([wanted]);
for (const { id, number } of journal.runs()) {
  if (id !== wanted && String(number) !== wanted) continue;
  numbers.add(id);
  for (const event of journal.events(id))
    lines.push({ at: timestampMs(event.time), text: toJsonString(RunEventSchema, event) });
}
for (const entry of Object.values(readLedger(join(dir, "ledger"))).flat()) {
  if (numbers.has(entry.run) || numbers.has(String(entry.number)))
    lines.push({ at: entry.at, text: JSON.stringify(entry) });
}
lines.sort((a, b) => a.at - b.at);
for (const { at, text } of lines) console.log(new Date(at).toISOString().slice(11, 23), text.slice(0, 400));
