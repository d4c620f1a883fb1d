// npm run dev: server, example hosts and dashboard, each with reload, until Ctrl-C.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { bin, build, install, node, root } from "./lib.js";

await install();
await build();

const dataDir = resolve(process.env.INTERVAL_DATA_DIR ?? join(root, ".interval"));
const port = process.env.PORT ?? "3000";
const env = { ...process.env, PORT: port, INTERVAL_DATA_DIR: dataDir };
const local = (name) => join(root, "node_modules/.bin", name);

function start(command, args, options = {}) {
  spawn(command, args, { stdio: "inherit", env, ...options });
}

for (const name of ["gen", "sdk", "server"])
  start(local("tsdown"), ["--watch", "--no-clean", "-l", "warn"], { cwd: join(root, name) });
start(node, [
  "--watch-path",
  join(root, "server/dist"),
  "--watch-path",
  join(root, "gen/dist"),
  bin.interval,
  "start",
  "--print-link",
]);
start(local("vite"), [], { cwd: join(root, "web") });

const keyFile = join(dataDir, "development.key");
while (!existsSync(keyFile)) await setTimeout(50);
const access = {
  INTERVAL_ENDPOINT: `http://localhost:${port}`,
  INTERVAL_API_KEY: readFileSync(keyFile, "utf8").trim(),
};
for (const name of ["hello", "refunds"]) {
  start(node, [bin.tsx, "watch", "index.ts"], { cwd: join(root, "examples", name), env: { ...env, ...access } });
}
