// npm run shots: takes the pictures of docs/components.md anew, of all components or of those named (`-- input-date`), and writes the page; with
// `-- --words` the page alone.
import { join } from "node:path";
import { build, install, node, root, run } from "./lib.js";

await install();
await build();
const names = process.argv.slice(2);
const shots = names.includes("--words")
  ? { code: 0 }
  : await run(node, [join(root, "web/e2e/shots/shots.ts"), ...names]);
const docs = await run(node, [join(root, "web/e2e/shots/docs.ts")]);
process.exit(shots.code || docs.code);
