// npm run fuzz: requests and frames made from the schema's descriptions, against a real server with real hosts. `-- --seed 7 --count 100000 --json`
import { join } from "node:path";
import { build, install, node, root, run } from "./lib.js";

await install();
await build();
const { code } = await run(node, ["--no-warnings", join(root, "web/e2e/fuzz/run.ts"), ...process.argv.slice(2)]);
process.exit(code);
