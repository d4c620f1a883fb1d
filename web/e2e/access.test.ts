import { Code, ConnectError } from "@connectrpc/connect";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Operator, startBrowser } from "./harness/browser.ts";
import { OperatorClient, runId } from "./harness/operator-client.ts";
import type { TestProcess } from "./harness/process.ts";
import { createPackage, startHost } from "./harness/program.ts";
import { TestServer } from "./harness/server.ts";

const program = (slug: string) => `
import { Interval, io } from "@interval/sdk";
new Interval({ routes: { ${slug}: async () => io.input.text("Your name") } }).listen();
`;

let server: TestServer;
let browser: Browser;
const keys = { ada: "", production: "" };
const hosts: TestProcess[] = [];

beforeAll(async () => {
  [server, browser] = await Promise.all([TestServer.start(), startBrowser()]);
  await server.createUser("ada@example.com", "developer");
  keys.ada = await server.createKey("development", "--user", "ada@example.com");
  keys.production = await server.createKey("production");
  for (const [slug, key] of [
    ["adas", keys.ada],
    ["live", keys.production],
  ] as const) {
    const cwd = await createPackage(slug, { "index.mjs": program(slug) });
    hosts.push(await startHost(cwd, ["index.mjs"], { INTERVAL_ENDPOINT: server.url, INTERVAL_API_KEY: key }));
  }
});
afterAll(async () => {
  for (const host of hosts) await host[Symbol.asyncDispose]();
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
});

async function paths(key: string): Promise<string[]> {
  const { entries } = await new OperatorClient(server.url, key).actions.listActions({});
  return entries.map(({ route }) => route?.path ?? "");
}

describe("two people and two environments", () => {
  it("each key sees the actions of its own environment", async () => {
    expect(await paths(keys.ada)).toEqual(["adas"]);
    expect(await paths(keys.production)).toEqual(["live"]);
    expect(await paths(await server.developmentKey())).toEqual([]);
  });

  it("a run of another environment is not found, as one that never was", async () => {
    const state = await new OperatorClient(server.url, keys.ada).start("adas");
    const other = new OperatorClient(server.url, keys.production);
    for (const id of [runId(state), "run_00000000000000000000000000"]) {
      const refused = await other.runs.getRun({ runId: id }).catch(ConnectError.from);
      expect(refused instanceof ConnectError && refused.code).toBe(Code.NotFound);
    }
  });

  it("a sign-in link works in a tab that shows the sign-in page already", async () => {
    await using operator = await Operator.open(browser, server.url);
    await operator.page.goto(`${server.url}/sign-in`);
    await operator.page.getByRole("button", { name: "Sign in" }).waitFor();
    const link = await server.signInLink("ada@example.com");
    await operator.page.evaluate((address) => location.assign(address), link);
    await operator.page.getByRole("heading", { name: "Home" }).waitFor();
    expect(operator.complaints).toEqual([]);
  });

  it("a person sees production's actions and nobody else's development", async () => {
    const link = await server.createUser("bob@example.com", "member");
    await using operator = await Operator.signIn(browser, server, { link });
    const { page } = operator;
    await page.goto(`${server.url}/main/production`);
    await page.getByText("Live", { exact: true }).first().waitFor();
    expect(await page.getByText("Adas", { exact: true }).count()).toBe(0);
    expect(operator.complaints).toEqual([]);
  });
});
