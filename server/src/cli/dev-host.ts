// What `interval dev <directory>` runs: a host for a directory of routes, with the SDK of the directory's own package.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const routesDirectory = process.env.INTERVAL_ROUTES ?? "routes";
const sdk = createRequire(join(routesDirectory, "index.js")).resolve("@interval/sdk");
const { Interval } = await import(pathToFileURL(sdk).href);
await new Interval({ routesDirectory }).listen();
