import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cli, newDirectory } from "./paths.ts";
import { output, TestProcess } from "./process.ts";

/** A real server with a data directory of its own. */
export class TestServer implements AsyncDisposable {
  readonly dataDir: string;
  #process: TestProcess;
  #url: string;
  readonly #env: Record<string, string>;

  private constructor(process: TestProcess, url: string, dataDir: string, env: Record<string, string>) {
    this.#process = process;
    this.#url = url;
    this.dataDir = dataDir;
    this.#env = env;
  }

  /** Starts a server on a free port and waits until it is ready. */
  static async start(env: Record<string, string> = {}): Promise<TestServer> {
    const dataDir = await newDirectory("data");
    const { process, url } = await launch(dataDir, "0", env);
    return new TestServer(process, url, dataDir, env);
  }

  /** Where the server is, such as `http://localhost:40123`. */
  get url(): string {
    return this.#url;
  }

  /** The server's process. */
  get pid(): number {
    return this.#process.child.pid ?? 0;
  }

  /** What the server has printed. */
  get output(): string {
    return this.#process.output;
  }

  /** The key of the admin's own development environment. */
  async developmentKey(): Promise<string> {
    return (await readFile(join(this.dataDir, "development.key"), "utf8")).trim();
  }

  /** Runs the CLI on the server's data, and returns what it printed. */
  interval(...args: string[]): Promise<string> {
    return output(process.execPath, [cli, ...args], { env: this.#cliEnv() });
  }

  /** Makes a host's key for an environment. */
  async createKey(environment: string, ...more: string[]): Promise<string> {
    return found(await this.interval("key", "create", "--environment", environment, ...more), /\b\w+_[\w-]{30,}/);
  }

  /** Makes a key with which a program runs actions, by default in the admin's own development environment. */
  programKey(environment = "development", ...more: string[]): Promise<string> {
    return this.createKey(environment, "--kind", "program", ...more);
  }

  /** Makes a person and returns a link that signs them in. */
  async createUser(email: string, role: string, ...more: string[]): Promise<string> {
    return found(await this.interval("user", "create", "--email", email, "--role", role, ...more), signInLink);
  }

  /** A new link that signs in the admin of the first start. */
  async signInLink(email = "admin@localhost"): Promise<string> {
    return found(await this.interval("user", "sign-in-link", "--email", email), signInLink);
  }

  /** Ends the server and starts it again on the same port and data. */
  async restart(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    await this.#process.stop(signal);
    const { process } = await launch(this.dataDir, new URL(this.#url).port, this.#env);
    this.#process = process;
  }

  /** Starts a server that was stopped, on another port. */
  async startOn(port: string): Promise<TestServer> {
    const { process, url } = await launch(this.dataDir, port, this.#env);
    return new TestServer(process, url, this.dataDir, this.#env);
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number> {
    return this.#process.stop(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }

  #cliEnv(): NodeJS.ProcessEnv {
    return { ...process.env, ...this.#env, INTERVAL_DATA_DIR: this.dataDir, INTERVAL_URL: this.#url };
  }
}

const signInLink = /http\S+\/sign-in#token=\S+/;

async function launch(dataDir: string, port: string, env: Record<string, string>) {
  const started = new TestProcess(process.execPath, [cli, "start", "--print-link"], {
    env: { ...process.env, ...env, INTERVAL_DATA_DIR: dataDir, PORT: port },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const url = await new Promise<string>((resolve, reject) => {
    started.child.once("message", (message) => resolve((message as { url: string }).url));
    started.ended.then((code) => reject(new Error(`The server ended (exit code ${code}):\n${started.output}`)), reject);
  });
  return { process: started, url };
}

function found(text: string, pattern: RegExp): string {
  const match = pattern.exec(text)?.[0];
  if (!match) throw new Error(`There is no ${pattern} in what the command printed:\n${text}`);
  return match;
}
