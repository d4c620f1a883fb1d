import { fromValue } from "@interval/proto";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { Operator, startBrowser } from "./browser.ts";
import { OperatorClient } from "./operator-client.ts";
import type { TestProcess } from "./process.ts";
import { createPackage, startHost } from "./program.ts";
import { TestServer } from "./server.ts";

/** A server and all that acts on it, in the admin's own development environment. What it has started ends with it. */
export class Stage implements AsyncDisposable {
  readonly server: TestServer;
  /** What a host needs to know to attach. */
  readonly env: Readonly<Record<"INTERVAL_ENDPOINT" | "INTERVAL_API_KEY", string>>;
  readonly client: OperatorClient;
  readonly #started: AsyncDisposableStack;
  #browser: Promise<Browser> | undefined;

  /** The key with which {@link client} runs actions. */
  readonly programKey: string;

  private constructor(server: TestServer, keys: { host: string; program: string }, started: AsyncDisposableStack) {
    this.server = server;
    this.env = { INTERVAL_ENDPOINT: server.url, INTERVAL_API_KEY: keys.host };
    this.programKey = keys.program;
    this.client = new OperatorClient(server.url, keys.program);
    this.#started = started;
  }

  /** Starts the server. */
  static async open(env: Record<string, string> = {}): Promise<Stage> {
    await using started = new AsyncDisposableStack();
    const server = started.use(await TestServer.start(env));
    const keys = { host: await server.developmentKey(), program: await server.programKey() };
    return new Stage(server, keys, started.move());
  }

  /** Starts a host in a directory, and waits until it is attached. */
  async host(cwd: string, args: string[], env: Record<string, string> = {}): Promise<TestProcess> {
    return this.#started.use(await startHost(cwd, args, { ...this.env, ...env }));
  }

  /** Starts a host whose program is one module, and waits until it is attached. */
  async program(name: string, source: string, env: Record<string, string> = {}): Promise<TestProcess> {
    return this.host(await createPackage(name, { "index.mjs": source }), ["index.mjs"], env);
  }

  /** The one browser of this stage; each person has a window of their own in it. */
  browser(): Promise<Browser> {
    this.#browser ??= startBrowser().then((browser) => this.#started.adopt(browser, () => browser.close()));
    return this.#browser;
  }

  /** Opens a window for a person, the admin unless there is a link of somebody else. */
  async signIn(options: BrowserContextOptions & { link?: string } = {}): Promise<Operator> {
    return Operator.signIn(await this.browser(), this.server, options);
  }

  /** The address of a place in the admin's development environment. */
  address(path: string): string {
    return `${this.server.url}/main/development/${path}`;
  }

  /** Runs an action as a person does, and waits until its run is on screen. */
  async run(page: Page, action: string): Promise<void> {
    await page.goto(this.address(`actions/${action}`));
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.waitForURL(/\/runs\//);
  }

  /** Opens a run that a program of the same person drives, and drives it in this tab. */
  async drive(page: Page, id: string): Promise<void> {
    await page.goto(this.address(`runs/${id}`));
    await page.getByRole("button", { name: "Drive here", exact: true }).click();
  }

  /** Waits until the run on screen has succeeded, and returns what its action returned; how else it ended where it did not. */
  async resultOf(page: Page): Promise<unknown> {
    await page.getByText("Completed", { exact: true }).first().waitFor();
    const { finished } = await this.client.settle(page.url().split("/").at(-1) ?? "");
    return finished?.outcome.case === "success" ? fromValue(finished.outcome.value.result) : finished?.outcome;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#started.disposeAsync();
  }
}
