import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Operator, startBrowser } from "./harness/browser.ts";
import { root } from "./harness/paths.ts";
import type { TestProcess } from "./harness/process.ts";
import { startHost, tsx } from "./harness/program.ts";
import { TestServer } from "./harness/server.ts";

let server: TestServer;
let browser: Browser;
let host: TestProcess;

beforeAll(async () => {
  [server, browser] = await Promise.all([TestServer.start(), startBrowser()]);
  const env = { INTERVAL_ENDPOINT: server.url, INTERVAL_API_KEY: await server.developmentKey() };
  host = await startHost(join(root, "examples/refunds"), [tsx, "index.ts"], env);
});
afterAll(async () => {
  await host?.[Symbol.asyncDispose]();
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
});

it("the catalogue is there, live, for the one whose development environment it is", async () => {
  await using operator = await Operator.signIn(browser, server);
  await operator.page
    .getByText(/refund/i)
    .first()
    .waitFor();
  expect(operator.complaints).toEqual([]);
});
