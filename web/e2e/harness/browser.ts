import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { OperatorClient } from "./operator-client.ts";
import type { TestServer } from "./server.ts";

const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** The session of each server's admin. */
const sessions = new WeakMap<TestServer, Exclude<BrowserContextOptions["storageState"], string | undefined>>();

/** Starts a browser. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: [...flags, ...quiet] });
}

/** A person in a browser of their own. Whatever the browser complains of is a fault. */
export class Operator implements AsyncDisposable {
  readonly page: Page;
  readonly #context: BrowserContext;
  /** What the browser complained of: policy violations, errors on the console, requests to other hosts. */
  readonly complaints: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
  }

  /** A client that acts as the person who is signed in here. */
  async client(url: string): Promise<OperatorClient> {
    const cookies = await this.#context.cookies(url);
    return new OperatorClient(url, { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") });
  }

  /**
   * Opens a browser window and signs in, as the admin unless there is a link of somebody else. The admin has one session for all windows of a
   * server: signing in is throttled.
   */
  static async signIn(
    browser: Browser,
    server: TestServer,
    { link, ...options }: BrowserContextOptions & { link?: string } = {},
  ): Promise<Operator> {
    const storageState = link ? undefined : sessions.get(server);
    const operator = await Operator.open(browser, server.url, { ...options, storageState });
    if (storageState) {
      await operator.page.goto(server.url);
    } else {
      await operator.page.goto(link ?? (await server.signInLink()));
      await operator.page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
      if (!link) sessions.set(server, { cookies: await operator.#context.cookies(), origins: [] });
    }
    return operator;
  }

  /** Opens a browser window. */
  static async open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Operator> {
    const context = await browser.newContext({
      locale: "en-US",
      timezoneId: "UTC",
      reducedMotion: "reduce",
      permissions: ["clipboard-read", "clipboard-write"],
      ...options,
    });
    const operator = new Operator(context, await context.newPage());
    await operator.#listen(url);
    return operator;
  }

  /** A second tab of the same browser. */
  async newTab(): Promise<Page> {
    return this.#context.newPage();
  }

  /** The WCAG A and AA violations of what is on screen. */
  async axe(): Promise<string[]> {
    await this.page.evaluate(axe); // not as a script of the page, which its policy rightly refuses
    return this.page.evaluate(async (tags) => {
      type Violation = { id: string; nodes: Array<{ target: string[]; html: string }> };
      const { axe } = window as unknown as { axe: { run(o: object): Promise<{ violations: Violation[] }> } };
      const { violations } = await axe.run({ runOnly: { type: "tag", values: tags } });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(" | ")}`);
    }, wcag);
  }

  /** How many pixels the page is wider than the window. */
  overflow(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }

  async #listen(url: string): Promise<void> {
    const { origin } = new URL(url);
    await this.#context.exposeFunction("reportViolation", (text: string) => this.complaints.push(text));
    await this.#context.addInitScript(() => {
      const { reportViolation } = window as unknown as { reportViolation(text: string): void };
      document.addEventListener("securitypolicyviolation", (event) =>
        reportViolation(`CSP: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`),
      );
    });
    this.#context.on("request", (request) => {
      const own = request.url().startsWith(origin) || /^(data|blob|about):/.test(request.url());
      if (!own) this.complaints.push(`request to another host: ${request.url()}`);
    });
    this.#context.on("weberror", (error) => this.complaints.push(`error: ${error.error().stack}`));
    this.#context.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(`console: ${message.text()}`);
    });
  }
}
