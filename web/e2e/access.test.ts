import { Code, ConnectError } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Operator } from "./harness/browser.ts";
import { OperatorClient, runId } from "./harness/operator-client.ts";
import { Stage } from "./harness/stage.ts";

const program = (slug: string) => `
import { Interval, io } from "@interval/sdk";
new Interval({ routes: { ${slug}: async () => io.input.text("Your name") } }).listen();
`;

let stage: Stage;
const hosts = { ada: "", production: "" };
const keys = { ada: "", production: "" };

beforeAll(async () => {
  stage = await Stage.open();
  await stage.server.createUser("ada@example.com", "developer");
  hosts.ada = await stage.server.createKey("development", "--user", "ada@example.com");
  hosts.production = await stage.server.createKey("production");
  keys.ada = await stage.server.programKey("development", "--user", "ada@example.com");
  keys.production = await stage.server.programKey("production");
  await stage.program("adas", program("adas"), { INTERVAL_API_KEY: hosts.ada });
  await stage.program("live", program("live"), { INTERVAL_API_KEY: hosts.production });
});
afterAll(() => stage?.[Symbol.asyncDispose]());

async function paths(key: string): Promise<string[]> {
  const { entries } = await new OperatorClient(stage.server.url, key).actions.listActions({});
  return entries.map(({ route }) => route?.path ?? "");
}

describe("two people and two environments", () => {
  it("each key sees the actions of its own environment", async () => {
    expect(await paths(keys.ada)).toEqual(["adas"]);
    expect(await paths(keys.production)).toEqual(["live"]);
    expect(await paths(stage.programKey)).toEqual([]);
  });

  it("a run of another environment is not found, as one that never was", async () => {
    const state = await new OperatorClient(stage.server.url, keys.ada).start("adas");
    const other = new OperatorClient(stage.server.url, keys.production);
    for (const id of [runId(state), "run_00000000000000000000000000"]) {
      const refused = await other.runs.getRun({ runId: id }).catch(ConnectError.from);
      expect(refused instanceof ConnectError && refused.code).toBe(Code.NotFound);
    }
  });

  it("a sign-in link works in a tab that shows the sign-in page already", async () => {
    await using operator = await Operator.open(await stage.browser(), stage.server.url);
    await operator.page.goto(`${stage.server.url}/sign-in`);
    await operator.page.getByRole("button", { name: "Sign in" }).waitFor();
    const link = await stage.server.signInLink("ada@example.com");
    await operator.page.evaluate((address) => location.assign(address), link);
    await operator.page.getByRole("heading", { name: "Home" }).waitFor();
    expect(operator.complaints).toEqual([]);
  });

  it("a person sees production's actions and nobody else's development", async () => {
    const link = await stage.server.createUser("bob@example.com", "member");
    await using operator = await stage.signIn({ link });
    const { page } = operator;
    await page.goto(`${stage.server.url}/main/production`);
    await page.getByText("Live", { exact: true }).first().waitFor();
    expect(await page.getByText("Adas", { exact: true }).count()).toBe(0);
    expect(operator.complaints).toEqual([]);
  });
});
