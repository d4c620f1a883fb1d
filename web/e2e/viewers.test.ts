import { RunStatus } from "@interval/proto";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Operator } from "./harness/browser.ts";
import { runId } from "./harness/operator-client.ts";
import { Stage } from "./harness/stage.ts";

const program = `
import { Interval, io } from "@interval/sdk";
const ask = async () => \`Hello, \${await io.input.text("Name")}\`;
new Interval({ routes: { plain: ask, background: { handler: ask, backgroundable: true } } }).listen();
`;

let stage: Stage;
let operator: Operator;

beforeAll(async () => {
  // Minutes in production.
  stage = await Stage.open({ INTERVAL_TIMING: "abandonedRunMs=2000,cancelCleanUpMs=500" });
  await stage.program("viewers", program);
  operator = await stage.signIn();
});
afterAll(async () => {
  await operator?.[Symbol.asyncDispose]();
  await stage?.[Symbol.asyncDispose]();
});

/** Runs an action in a tab of its own, and closes the tab. */
async function abandon(action: string): Promise<string> {
  const tab = await operator.newTab();
  await stage.run(tab, action);
  await tab.getByLabel("Name").waitFor();
  const id = tab.url().split("/").at(-1) ?? "";
  await tab.close();
  return id;
}

const statusOf = async (id: string) => (await stage.client.runs.getRun({ runId: id })).state?.run?.status;
const canceled = (id: string) => expect.poll(() => statusOf(id), { timeout: 20_000 }).toBe(RunStatus.CANCELED);

it("runs end some time after their last viewer has left, but for those that go on in the background", async () => {
  const background = await abandon("background");
  const plain = await abandon("plain");
  await canceled(plain);
  expect(await statusOf(background)).toBe(RunStatus.AWAITING_INPUT);
  const { page } = operator;
  await page.goto(stage.address(`runs/${background}`)); // nobody else drives: this tab does
  await page.getByLabel("Name").fill("Ada");
  await page.getByRole("button", { name: "Continue" }).click();
  expect(await stage.resultOf(page)).toBe("Hello, Ada");
});

it("runs that a program has started need no viewer", async () => {
  const state = await stage.client.start("plain");
  await canceled(await abandon("plain")); // by then the time without a viewer is over for both
  expect(await statusOf(runId(state))).toBe(RunStatus.AWAITING_INPUT);
});

it("an open idle tab is never gone", async () => {
  const tab = await operator.newTab();
  await stage.run(tab, "plain");
  await canceled(await abandon("plain"));
  await tab.getByLabel("Name").fill("Grace");
  await tab.getByRole("button", { name: "Continue" }).click();
  expect(await stage.resultOf(tab)).toBe("Hello, Grace");
});
