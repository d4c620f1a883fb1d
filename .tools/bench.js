// npm run bench: measures I/O round trips and large tables against their floors in the same run. `-- --json` prints one JSON array.
import { join } from "node:path";
import { build, install, node, root, run } from "./lib.js";

await install();
await build();
const { code } = await run(node, [join(root, ".tools/bench/run.js"), ...process.argv.slice(2)]);
process.exit(code);
