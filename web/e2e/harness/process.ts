import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";

/** How long anything that a test waits for may take, in milliseconds. */
const patience = 60_000;

/** A program under test: what it has printed, and its end. */
export class TestProcess implements AsyncDisposable {
  /** Everything printed so far, errors included. */
  output = "";
  readonly child: ChildProcess;
  readonly ended: Promise<number>;
  #changed: Array<() => void> = [];

  constructor(command: string, args: string[], options: SpawnOptions = {}) {
    this.child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], detached: true, ...options });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
        this.#wake();
      });
    }
    this.ended = new Promise((resolve, reject) => {
      this.child.once("error", reject);
      this.child.once("close", (code, signal) => {
        resolve(code ?? (signal ? 128 : 1));
        this.#wake();
      });
    });
  }

  /** Waits until a text has been printed, and returns the match. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = Date.now() + patience;
    while (true) {
      const match = pattern.exec(this.output);
      if (match) return match;
      const left = deadline - Date.now();
      const over = this.#isOver;
      if (over || left <= 0) {
        const why = over ? `ended (exit code ${this.child.exitCode})` : `printed nothing more for ${patience} ms`;
        throw new Error(`The program ${why} before it printed ${pattern}. It printed:\n${this.output}`);
      }
      await this.#change(left);
    }
  }

  /** Ends the program and waits for its end. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number> {
    if (!this.#isOver) this.child.kill(signal);
    return this.ended;
  }

  /** Ends the program with all that it has started, such as the program that tsx runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error; // all have ended
    }
    await this.ended;
  }

  get #isOver(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  #wake(): void {
    for (const resolve of this.#changed.splice(0)) resolve();
  }

  #change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#changed.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** Runs a program to its end and returns what it printed; throws when it fails. */
export async function output(command: string, args: string[], options: SpawnOptions = {}): Promise<string> {
  const program = new TestProcess(command, args, options);
  const code = await program.ended;
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with exit code ${code}:\n${program.output}`);
  return program.output;
}
