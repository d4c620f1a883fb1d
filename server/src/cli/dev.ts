import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";

const entries = ["index.ts", "index.mts", "index.js", "index.mjs", "routes"];

/** What `interval dev` runs the developer's program with. */
interface Access {
  url: string;
  key: string;
}

/**
 * `interval dev [entry]`: runs a program, or a directory of routes, and again after every change. It uses the server that `--endpoint` or
 * `INTERVAL_ENDPOINT` names, and starts one otherwise.
 */
export function devCommand(): Command {
  return new Command("dev")
    .description("Run a program or a directory of routes, again after every change.")
    .argument("[entry]", `the program or directory; by default the first of ${entries.join(", ")}`)
    .option("--endpoint <url>", "a server that runs already; otherwise one is started", process.env.INTERVAL_ENDPOINT)
    .option("--data-dir <directory>", "where the server keeps its data", process.env.INTERVAL_DATA_DIR ?? ".interval")
    .action(async (entry: string | undefined, options: { endpoint?: string; dataDir: string }) => {
      const program = resolve(entry ?? entries.find((name) => existsSync(name)) ?? "index.ts");
      if (!existsSync(program)) {
        throw new Error(`There is no ${program}. Name your program or your directory of routes: interval dev <entry>`);
      }
      const children = new Set<ChildProcess>();
      stopTogether(children);
      const url = options.endpoint ?? (await startServer(children, options.dataDir));
      run(children, program, { url, key: await developmentKey(options.dataDir) });
    });
}

async function developmentKey(dataDir: string): Promise<string> {
  if (process.env.INTERVAL_API_KEY) return process.env.INTERVAL_API_KEY;
  const file = join(dataDir, "development.key");
  const key = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new Error(`There is no key at ${file}. Set INTERVAL_API_KEY, or name the server's --data-dir.`, { cause });
  });
  return key.trim();
}

function startServer(children: Set<ChildProcess>, dataDir: string): Promise<string> {
  const cli = fileURLToPath(new URL(`./interval${extname(import.meta.url)}`, import.meta.url));
  const server = keep(
    children,
    spawn(process.execPath, [cli, "start", "--data-dir", dataDir], { stdio: ["inherit", "inherit", "inherit", "ipc"] }),
  );
  return new Promise((done, reject) => {
    server.once("message", (message) => done((message as { url: string }).url));
    server.once("exit", (code) => reject(new Error(`The server ended with exit code ${code}.`)));
  });
}

function run(children: Set<ChildProcess>, program: string, { url, key }: Access): void {
  const tsx = createRequire(import.meta.url).resolve("tsx/cli");
  const routes = statSync(program).isDirectory();
  const host = fileURLToPath(new URL(`./dev-host${extname(import.meta.url)}`, import.meta.url));
  const env = { ...process.env, INTERVAL_ENDPOINT: url, INTERVAL_API_KEY: key, INTERVAL_ROUTES: program };
  const args = [tsx, "watch", "--clear-screen=false", routes ? host : program];
  keep(children, spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"], env }));
}

function keep(children: Set<ChildProcess>, child: ChildProcess): ChildProcess {
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

function stopTogether(children: Set<ChildProcess>): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      for (const child of children) child.kill("SIGTERM");
    });
  }
}
