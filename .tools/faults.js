// npm run faults: runs with real servers, hosts and clients while lines and processes break. `-- --runs 1000 --seed 7 --json`
import { join } from "node:path";
import { build, install, node, root, run } from "./lib.js";

await install();
await build();
const { code } = await run(node, ["--no-warnings", join(root, ".tools/faults/run.js"), ...process.argv.slice(2)]);
process.exit(code);
