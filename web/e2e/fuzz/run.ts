// npm run fuzz: structure-aware requests and frames against a real server with real hosts. `-- --seed 7 --count 100000 --json`
import { parseArgs } from "node:util";
import { fuzz, isFlat } from "./fuzz.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now()) },
    count: { type: "string", default: "20000" },
    json: { type: "boolean", default: false },
  },
});
const figures = await fuzz(values.seed, Number(values.count), (text) => console.error(text));
const { findings, ...counts } = figures;
const flat = isFlat(figures.heapMiB);
if (values.json) {
  console.log(JSON.stringify({ ...counts, flat }));
  for (const finding of findings) console.error(finding);
} else {
  for (const finding of findings) console.log(finding);
  console.log({ ...counts, flat });
}
process.exit(findings.length === 0 && flat ? 0 : 1);
