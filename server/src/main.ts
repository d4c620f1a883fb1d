import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { resolveConfig } from "./config.ts";
import { type RunningServer, startServer } from "./server.ts";

const packageFile = new URL("../package.json", import.meta.url);
const dashboard = fileURLToPath(new URL("../../web/dist", import.meta.url));
/** The same from source and as built. */
const sdkFile = fileURLToPath(new URL("../dist/sdk.tgz", import.meta.url));

/** This package's version. */
export const version: string = JSON.parse(readFileSync(packageFile, "utf8")).version;

/** The configuration that the environment describes, with what the command line says instead. */
export function configFromEnvironment(overrides: Record<string, string | undefined> = {}) {
  const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  const dashboardDir = process.env.INTERVAL_DASHBOARD_DIR ?? dashboard;
  return resolveConfig({ ...process.env, ...given }, { dashboardDir, sdkFile });
}

/** Starts the server that the environment describes. */
export function main(overrides: Record<string, string | undefined> = {}): Promise<RunningServer> {
  return startServer(configFromEnvironment(overrides), version);
}
