// npm run shots: takes the pictures of docs/components.md anew, of all components or of those named: `-- input-date`.
import { join } from "node:path";
import { build, install, node, root, run } from "./lib.js";

await install();
await build();
const { code } = await run(node, [join(root, "web/e2e/shots/shots.ts"), ...process.argv.slice(2)]);
process.exit(code);
