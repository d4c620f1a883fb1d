// npm run demo: builds the dashboard with a backend in memory, and serves its files on this machine; PORT says where.
import { join } from "node:path";
import { buildDemo, install, node, root, run } from "./lib.js";

await install();
const directory = await buildDemo();
process.exit((await run(node, [join(root, ".tools/demo/serve.js"), directory])).code);
