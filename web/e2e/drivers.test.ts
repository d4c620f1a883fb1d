import { HandoverOutcome } from "@interval/proto";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Operator } from "./harness/browser.ts";
import type { OperatorClient } from "./harness/operator-client.ts";
import { Stage } from "./harness/stage.ts";

const program = `
import { Interval, io } from "@interval/sdk";
new Interval({
  routes: {
    refund: async () => {
      const customer = await io.input.text("Customer");
      const note = await io.input.text("Note");
      return { customer, note };
    },
  },
}).listen();
`;

let stage: Stage;
let client: OperatorClient;
let ada: Operator;
let grace: Operator;

beforeAll(async () => {
  stage = await Stage.open();
  await stage.program("refund", program, { INTERVAL_API_KEY: await stage.server.createKey("production") });
  const person = async (name: string, role: string) =>
    stage.signIn({ link: await stage.server.createUser(`${name}@example.com`, role, "--first-name", name) });
  ada = await person("Ada", "member");
  grace = await person("Grace", "admin");
  client = await grace.client(stage.server.url);
});
afterAll(async () => {
  await ada?.[Symbol.asyncDispose]();
  await grace?.[Symbol.asyncDispose]();
  await stage?.[Symbol.asyncDispose]();
});

/** Runs the action, and waits for its first question. */
async function run(page: Page): Promise<void> {
  await page.goto(`${stage.server.url}/main/production/actions/refund`);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.waitForURL(/\/runs\//);
  await page.getByLabel("Customer").waitFor();
}

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).press("Enter");
const runOf = (page: Page) => page.url().split("/").at(-1) ?? "";

it("a run is asked for, kept, asked for again, lost after ten seconds, and handed back", async () => {
  const [hers, his] = [ada.page, grace.page];
  await run(hers);
  await hers.getByLabel("Customer").pressSequentially("Bo");
  await his.goto(hers.url());
  await his.getByText("Ada drives this run").last().waitFor();
  expect(await his.getByLabel("Customer").isDisabled()).toBe(true);

  await press(his, "Ask to drive");
  await hers.getByText("Grace asks to drive", { exact: true }).waitFor();
  await hers.keyboard.type("b"); // the cursor is still in the field
  await press(hers, "Keep driving");
  await his.getByText("Ada keeps driving. You can ask again.").last().waitFor();

  await press(his, "Ask to drive");
  await hers.getByText("Grace asks to drive", { exact: true }).waitFor();
  expect([await ada.axe(), await grace.axe()]).toEqual([[], []]);
  await hers.getByText("Grace drives this run").last().waitFor();
  await expect.poll(() => his.getByLabel("Customer").isEnabled()).toBe(true);
  expect(await hers.getByLabel("Customer").isDisabled()).toBe(true);
  const refusal = await hers.evaluate(async (runId) => {
    const body = JSON.stringify({ runId, callKey: "inputText:Customer", answer: {} });
    const headers = { "content-type": "application/json" };
    const response = await fetch("/interval.operator.v1.RunService/AnswerCall", { method: "POST", headers, body });
    return [response.status, ((await response.json()) as { message: string }).message];
  }, runOf(hers));
  expect(refusal).toEqual([403, "Grace drives this run. Ask to drive it first."]);

  await press(hers, "Ask to drive");
  await press(his, "Hand over");
  await expect.poll(() => hers.getByLabel("Customer").isEnabled()).toBe(true);
  expect(await hers.getByLabel("Customer").inputValue()).toBe("Bob");
  await press(hers, "Continue");
  await hers.getByLabel("Note").waitFor();
  await press(his, "Ask to drive");
  await press(hers, "Hand over");
  await expect.poll(() => his.getByLabel("Note").isEnabled()).toBe(true);
  await his.getByLabel("Note").fill("by Grace");
  await press(his, "Continue");
  await hers.getByText("Completed", { exact: true }).waitFor();

  const { events } = await client.runs.listEvents({ runId: runOf(hers) });
  const told = events.flatMap(({ kind, time }) => {
    expect(time).toBeDefined();
    const by = (actor: { kind: { case?: string; value?: unknown } } | undefined) =>
      (actor?.kind.value as { firstName?: string } | undefined)?.firstName ?? "time";
    if (kind.case === "handoverRequested") return `${by(kind.value.by?.actor)} asks`;
    if (kind.case === "handoverEnded") return `${HandoverOutcome[kind.value.outcome]} by ${by(kind.value.by)}`;
    if (kind.case === "driverChanged") return `${by(kind.value.driver?.actor)} drives`;
    return kind.case === "submitted" ? `${by(kind.value.by)} answers` : [];
  });
  expect(told).toEqual([
    ...["Grace asks", "DENIED by Ada"],
    ...["Grace asks", "GRANTED by time", "Grace drives"],
    ...["Ada asks", "GRANTED by Grace", "Ada drives", "Ada answers"],
    ...["Grace asks", "GRANTED by Ada", "Grace drives", "Grace answers"],
  ]);
  expect(grace.complaints).toEqual([]);
  // The browser itself notes the answer that was refused.
  expect(ada.complaints.filter((text) => !text.includes("403"))).toEqual([]);
});

it("a second tab of the same person watches until it drives, and the first keeps what was typed", async () => {
  const { page } = ada;
  await run(page);
  await page.getByLabel("Customer").fill("Bob");
  const other = await ada.newTab();
  await other.goto(page.url());
  await other.getByText("You drive this run in another tab").last().waitFor();
  await press(other, "Drive here");
  await expect.poll(() => other.getByLabel("Customer").isEnabled()).toBe(true);
  await page.getByText("You drive this run in another tab").last().waitFor();
  expect(await page.getByLabel("Customer").isDisabled()).toBe(true);
  expect(await other.getByLabel("Customer").inputValue()).toBe("");
  await press(page, "Drive here");
  await expect.poll(() => page.getByLabel("Customer").isEnabled()).toBe(true);
  expect(await page.getByLabel("Customer").inputValue()).toBe("Bob");
  await other.close();
});
