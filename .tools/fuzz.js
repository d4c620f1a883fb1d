// npm run fuzz: requests and frames made from the schema's descriptions, against a real server with real hosts. `-- --seed 7 --count 100000 --json`;
// `-- --worst --seconds 120 --json` measures how long a person waits while others do their worst.
import { join } from "node:path";
import { build, install, node, root, run } from "./lib.js";

await install();
await build();
const args = process.argv.slice(2);
const program = args.includes("--worst") ? "worst.ts" : "run.ts";
const { code } = await run(node, ["--no-warnings", join(root, "web/e2e/fuzz", program), ...args]);
process.exit(code);
