// What the commands of package.json share. Plain JavaScript that Node 20 runs: it installs what is missing, then
// everything else goes on under the Node 24 that the repo brings.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { packSdk } from "./pack-sdk.js";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const node = join(root, "node_modules/node/bin/node");

/** The file of a dependency's command, to be run with `node`. */
export const bin = {
  biome: join(root, "node_modules/@biomejs/biome/bin/biome"),
  buf: join(root, "node_modules/.bin/buf"),
  interval: join(root, "server/dist/cli/interval.js"),
  tsx: join(root, "node_modules/tsx/dist/cli.mjs"),
};

/**
 * Runs a command in the repo and resolves with its exit code and, when `quiet`, its output.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, quiet?: boolean }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, { cwd = root, env = {}, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const path = `${join(root, "node_modules/.bin")}:${process.env.PATH}`;
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, PATH: path, ...env },
      stdio: quiet ? ["ignore", "pipe", "pipe"] : "inherit",
    });
    let output = "";
    child.stdout?.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr?.on("data", (chunk) => {
      output += chunk;
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Runs a command and ends this process with its output when it fails. */
export async function must(what, command, args, options) {
  const { code, output } = await run(command, args, options);
  if (code === 0) return;
  process.stderr.write(`${output}\n${what} failed (exit code ${code}): ${[command, ...args].join(" ")}\n`);
  process.exit(code);
}

/** Installs the dependencies, unless those of this very lockfile are there. */
export async function install() {
  const stamp = join(root, "node_modules/.interval-lock");
  const lock = hash([join(root, "package-lock.json")]);
  if (existsSync(node) && existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  console.log("Installing dependencies (once) ...");
  await must("Installing", "npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { quiet: true });
  writeFileSync(stamp, lock);
}

const packages = {
  gen: { inputs: ["gen/src", "gen/ts", "gen/package.json", "gen/tsdown.config.ts"], build: ["tsdown"] },
  sdk: {
    inputs: ["sdk/src", "sdk/package.json", "sdk/tsdown.config.ts", "sdk/tsdown.pack.config.ts", ".tools/pack-sdk.js"],
    build: ["tsdown"],
  },
  server: { inputs: ["server/src", "server/package.json", "server/tsdown.config.ts"], build: ["tsdown"] },
  web: {
    inputs: [
      ...["web/src", "web/public", "web/index.html", "web/package.json"],
      ...["web/vite.config.ts", "web/vite.plugins.ts", "web/csp-plugin.ts", "web/split-plugin.ts"],
    ],
    build: ["vite", "build"],
  },
};

/** The dashboard with a backend in memory, beside the one that needs a server. */
const demo = {
  ...packages.web,
  out: "dist-demo",
  build: ["vite", "build", "--outDir", "dist-demo"],
  env: { VITE_DEMO: "1" },
};

/** Builds the packages whose sources have changed since their last build. */
export async function build() {
  const protocol = await buildPackage("gen", toolsDigest());
  const [sdk] = await Promise.all(["sdk", "server", "web"].map((name) => buildPackage(name, protocol)));
  await packSdk(sdk, must);
}

function toolsDigest() {
  return hash(["package-lock.json", "tsconfig.json"].map((file) => join(root, file)));
}

/** Builds the demo of the dashboard, where its sources have changed, and returns its directory. */
export async function buildDemo() {
  await buildPackage("web", await buildPackage("gen", toolsDigest()), demo);
  return join(root, "web", demo.out);
}

async function buildPackage(name, dependsOn, { inputs, build: command, env, out = "dist" } = packages[name]) {
  const digest = hash(
    inputs.flatMap((input) => files(join(root, input))),
    dependsOn,
  );
  const stamp = join(root, name, out, ".built-from");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return digest;
  console.log(`Building ${name} ...`);
  const [tool, ...args] = command;
  await must(`Building ${name}`, join(root, "node_modules/.bin", tool), args, {
    cwd: join(root, name),
    quiet: true,
    env,
  });
  mkdirSync(join(root, name, out), { recursive: true });
  writeFileSync(stamp, digest);
  return digest;
}

/** All files at a path, but tests. */
function files(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test(-d)?\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function hash(paths, seed = "") {
  const digest = createHash("sha256").update(seed);
  for (const path of paths) digest.update(relative(root, path)).update("\0").update(readFileSync(path)).update("\0");
  return digest.digest("hex");
}
