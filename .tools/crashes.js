// npm run crashes: kills processes and cuts the power while they write, and looks for what was lost. `-- --kills 20 --power-cuts 10 --json`
import { join } from "node:path";
import { build, install, node, root, run } from "./lib.js";

await install();
await build();
const { code } = await run(node, ["--no-warnings", join(root, ".tools/crashes/run.js"), ...process.argv.slice(2)]);
process.exit(code);
