// npm run build: builds what has changed, and says how much the dashboard loads.
import { build, install } from "./lib.js";
import { reportSize } from "./size.js";

await install();
await build();
if (!reportSize()) process.exit(1);
