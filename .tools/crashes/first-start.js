// The first start of a server makes a database, an organization, its owner, a key and a secret: ended at any moment of it, the next start must finish it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { bin } from "../lib.js";

/** How long a server may take to start, in milliseconds. */
const startMs = 60_000;

/** Starts a server on a directory, and ends it at once after some time. `cut` is done before, if there is anything. */
export async function endFirstStart(dataDir, afterMs, cut = () => {}) {
  const server = new Server(dataDir);
  await pause(afterMs);
  cut();
  await server.kill();
}

/** Starts a server, and looks whether its owner's key opens it. @returns how long it took, in milliseconds @throws with what is wrong */
export async function startWhole(dataDir) {
  const began = performance.now();
  const server = new Server(dataDir);
  try {
    const url = await server.url();
    const key = readFileSync(join(dataDir, "development.key"), "utf8").trim();
    const response = await fetch(`${url}/interval.operator.v1.FileService/CreateDownloadUrl`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: "{}",
    });
    // A host's key is known, and there is no such file.
    if (response.status !== 404)
      throw new Error(`The key of the first start is answered with ${await response.text()}`);
    return performance.now() - began;
  } finally {
    await server.kill();
  }
}

class Server {
  #child;
  #exited;
  #complaints = "";

  constructor(dataDir) {
    const env = { ...process.env, PORT: "0", INTERVAL_HOST: "127.0.0.1", INTERVAL_DATA_DIR: dataDir };
    this.#child = spawn(process.execPath, [bin.interval, "start"], { env, stdio: ["ignore", "ignore", "pipe", "ipc"] });
    this.#child.stderr.setEncoding("utf8").on("data", (text) => {
      this.#complaints += text;
    });
    this.#exited = once(this.#child, "exit");
  }

  async url() {
    const late = setTimeout(() => this.#child.kill("SIGKILL"), startMs);
    const ended = this.#exited.then(() => {
      throw new Error(`The server did not start: ${this.#complaints}`);
    });
    const [{ url }] = await Promise.race([once(this.#child, "message"), ended]).finally(() => clearTimeout(late));
    ended.catch(() => {});
    return url;
  }

  async kill() {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }
}
