// npm run build: builds what has changed.
import { build, install } from "./lib.js";

await install();
await build();
