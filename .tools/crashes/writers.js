import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("./writer.js", import.meta.url));

/** How many runs go on at a time. */
const width = 24;

/** How long it may take to open its store, in milliseconds. */
const openMs = 60_000;

/** A process that writes. Every promise that it makes is kept. */
export class Writer {
  #child;
  #closed;
  #complaints = "";
  #ready = Promise.withResolvers();

  constructor(dataDir, acknowledged) {
    const args = ["--no-warnings", script, dataDir, String(width)];
    this.#child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.#child.stderr.setEncoding("utf8").on("data", (text) => {
      this.#complaints += text;
    });
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      if (!line.endsWith("}")) return; // it was killed in the middle of the word
      const word = JSON.parse(line);
      if (word.ready === undefined) acknowledged.add(word);
      else this.#ready.resolve();
    });
    this.#closed = once(this.#child, "close");
    this.#closed.then(() => this.#ready.reject(new Error(`The writer ended: ${this.#complaints}`)));
  }

  /** Resolves when it has opened its store and writes. */
  async ready() {
    const late = setTimeout(() => this.#child.kill("SIGKILL"), openMs);
    await this.#ready.promise.finally(() => clearTimeout(late));
  }

  /** Ends it at once, and resolves when all that it has said was heard. */
  async kill() {
    this.#child.kill("SIGKILL");
    await this.#closed;
  }
}
