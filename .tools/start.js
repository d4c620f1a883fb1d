// npm start: on a fresh clone installs and builds, then runs the server with the example hosts attached until Ctrl-C.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { bin, build, install, node, root } from "./lib.js";

await install();
await build();

const dataDir = resolve(process.env.INTERVAL_DATA_DIR ?? join(root, ".interval"));
const examples = ["hello", "refunds"];
const children = [];
let stopping = false;

// Children have process groups of their own: a Ctrl-C reaches this process alone, which stops them in order.
function start(name, args, options) {
  const child = spawn(node, args, { detached: true, ...options });
  children.push(child);
  child.once("exit", (code) => {
    children.splice(children.indexOf(child), 1);
    if (!stopping) {
      console.error(`${name} ended by itself (exit code ${code}).`);
      stop(code || 1);
    }
  });
  return child;
}

async function stop(code) {
  if (stopping) return;
  stopping = true;
  const ended = (child) => child.exitCode !== null || child.signalCode !== null;
  const end = (child) => new Promise((done) => (ended(child) ? done() : child.once("exit", done).kill("SIGTERM")));
  const kill = setTimeout(() => {
    for (const child of children) child.kill("SIGKILL");
  }, 10_000);
  const [server, ...hosts] = [...children];
  await Promise.all(hosts.map(end));
  if (server) await end(server);
  clearTimeout(kill);
  process.exit(code);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stop(0));

const server = start("The server", [bin.interval, "start", ...process.argv.slice(2)], {
  stdio: ["inherit", "inherit", "inherit", "ipc"],
  env: { ...process.env, INTERVAL_DATA_DIR: dataDir },
});

server.once("message", ({ url }) => {
  const env = {
    ...process.env,
    INTERVAL_ENDPOINT: url,
    INTERVAL_API_KEY: readFileSync(join(dataDir, "development.key"), "utf8").trim(),
  };
  for (const name of examples) {
    const cwd = join(root, "examples", name);
    const host = start(`The example "${name}"`, [bin.tsx, "index.ts"], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [host.stdout, host.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => process.stdout.write(text.replace(/^(?=.)/gm, `[${name}] `)));
    }
  }
});
