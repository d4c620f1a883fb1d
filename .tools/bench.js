// npm run bench: measures one I/O round trip against its floor in the same run. `-- --json` prints one JSON array.
import { join } from "node:path";
import { build, install, node, root, run } from "./lib.js";

await install();
await build();
const { code } = await run(node, [join(root, ".tools/bench/io-round-trip.js"), ...process.argv.slice(2)]);
process.exit(code);
