// The programs that a measurement starts, each in a process of its own.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { programKey } from "../program-key.js";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Programs that end together, and a directory that goes with them. */
export class Programs {
  dataDir = mkdtempSync(join(tmpdir(), "interval-bench-"));
  #children = [];

  /** Starts a server of the product and returns its address, with keys of its development environment: a host's and a program's. */
  async server() {
    const env = { PORT: "0", INTERVAL_DATA_DIR: this.dataDir, INTERVAL_LOG: "error" };
    const url = await this.start([join(here, "../../server/dist/cli/interval.js"), "start"], env);
    const hostKey = readFileSync(join(this.dataDir, "development.key"), "utf8").trim();
    return { url, hostKey, key: programKey(this.dataDir) };
  }

  /** Starts a program of this folder, and resolves with the address that it sends. */
  bench(file, env = {}, flags = []) {
    return this.start([...flags, join(here, file)], env);
  }

  /** Starts a program, and resolves with the address that it sends. */
  async start(args, env = {}) {
    const child = this.spawn(args, env);
    return (await saidBy(child)).url;
  }

  /** Starts a program. */
  spawn(args, env = {}) {
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#children.push(child);
    return child;
  }

  async stop() {
    for (const child of this.#children) child.kill();
    const ends = this.#children.map(
      (child) => child.exitCode ?? child.signalCode ?? new Promise((done) => child.once("exit", done)),
    );
    await Promise.all(ends);
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

/** The next word of a program. */
export function saidBy(child) {
  return new Promise((resolve, reject) => {
    const ended = (code) => reject(new Error(`${child.spawnargs.at(-1)} ended with exit code ${code}`));
    child.once("exit", ended);
    child.once("message", (message) => {
      child.off("exit", ended);
      resolve(message);
    });
  });
}
