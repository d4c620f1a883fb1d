// The programs that a measurement starts, each in a process of its own.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Programs that end together, and a directory that goes with them. */
export class Programs {
  dataDir = mkdtempSync(join(tmpdir(), "interval-bench-"));
  #children = [];

  /** Starts a server of the product and returns its address, with a key of its development environment. */
  async server() {
    const env = { PORT: "0", INTERVAL_DATA_DIR: this.dataDir, INTERVAL_LOG: "error" };
    const url = await this.start([join(here, "../../server/dist/cli/interval.js"), "start"], env);
    return { url, key: readFileSync(join(this.dataDir, "development.key"), "utf8").trim() };
  }

  /** Starts a program of this folder, and resolves with the address that it sends. */
  bench(file, env = {}, flags = []) {
    return this.start([...flags, join(here, file)], env);
  }

  start(args, env = {}) {
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#children.push(child);
    return new Promise((resolve, reject) => {
      child.once("message", ({ url }) => resolve(url));
      child.once("exit", (code) => reject(new Error(`${args.at(-1)} ended with exit code ${code}`)));
    });
  }

  async stop() {
    for (const child of this.#children) child.kill();
    const ends = this.#children.map((child) => child.exitCode ?? new Promise((done) => child.once("exit", done)));
    await Promise.all(ends);
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
