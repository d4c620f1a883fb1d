// Durable runs that are open while their program is deployed anew with changes: where they go on, and where they stop.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FailureReason, RunStatus } from "@interval/proto";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OperatorClient, openCall, runId } from "./harness/operator-client.ts";
import { newDirectory } from "./harness/paths.ts";
import type { TestProcess } from "./harness/process.ts";
import { Stage } from "./harness/stage.ts";

/** A program with one durable action, which notes in a file what it pays. */
const program = (name: string, handler: string) => `
import { appendFileSync } from "node:fs";
import { ctx, Interval, io } from "@interval/sdk";
const pay = (amount) => appendFileSync(process.env.LEDGER, amount + "\\n");
new Interval({ routes: { ${name}: { durable: true, handler: async () => { ${handler} } } } }).listen();
`;

const charge = `
  const amount = await io.input.number("Amount");
  if (await io.confirm("Pay?")) pay(amount);
  return io.input.text("Note");
`;
const chargeText = charge.replace("input.number", "input.text");

let stage: Stage;
let client: OperatorClient;
let host: TestProcess | undefined;
let ledger: string;

beforeAll(async () => {
  stage = await Stage.open();
  ledger = join(await newDirectory("ledger"), "paid.txt");
  client = stage.client;
});
afterAll(() => stage?.[Symbol.asyncDispose]());

/** Kills the host that runs, and starts another program in its place. */
async function deploy(name: string, handler: string): Promise<void> {
  host?.child.kill("SIGKILL");
  await host?.ended;
  host = await stage.program("edited", program(name, handler), { LEDGER: ledger });
}

const paid = () => (existsSync(ledger) ? readFileSync(ledger, "utf8").trim().split("\n") : []);
const number = (key: string, value: number) =>
  ({ values: { [key]: { kind: { case: "inputNumber", value: { number: value } } } } }) as const;
const text = (key: string, value: string) =>
  ({ values: { [key]: { kind: { case: "inputText", value: { text: value } } } } }) as const;
const yes = (key: string) =>
  ({ values: { [key]: { kind: { case: "confirm", value: { confirmed: true } } } } }) as const;

/** What is shown side by side of a run that has diverged. */
async function sidesOf(page: Page): Promise<{ recorded: string; asked: string }> {
  const side = (title: string) => page.locator("dl > div", { hasText: title }).innerText();
  await page.getByText("The run has recorded", { exact: true }).waitFor();
  const words = async (title: string) => (await side(title)).replace(title, "").replace(/\s+/g, " ").trim();
  return { recorded: await words("The run has recorded"), asked: await words("The program asks now") };
}

describe("a run whose program asks something else by now", () => {
  it("stops: nothing is paid on a yes to something else, both sides are shown", async () => {
    await deploy("pay", charge);
    const asked = await client.answer(await client.start("pay"), number("inputNumber:Amount", 5));
    const id = runId(await client.answer(asked, yes("confirm:Pay?")));
    expect(paid()).toEqual(["5"]);
    await using operator = await stage.signIn();
    const { page } = operator;
    await page.goto(stage.address(`runs/${id}`));
    await page.getByText("Note", { exact: true }).first().waitFor();

    await deploy("pay", chargeText);
    expect(await sidesOf(page)).toEqual({
      recorded: "Step 1 Amount io.input.number · recorded",
      asked: "Step 1 Amount io.input.text",
    });
    const ended = await client.settle(id);
    expect(ended.finished?.outcome.value).toMatchObject({ reason: FailureReason.DIVERGED });
    expect(ended.calls.map(({ call }) => call?.key)).toEqual(["inputNumber:Amount", "confirm:Pay?", "inputText:Note"]);
    expect(paid()).toEqual(["5"]);
    expect(operator.complaints).toEqual([]);
  });

  it("stops where its confirmation is open: the two never stand open together", async () => {
    await deploy("pay", charge);
    const id = runId(await client.answer(await client.start("pay"), number("inputNumber:Amount", 5)));
    await using operator = await stage.signIn();
    await stage.drive(operator.page, id);
    await operator.page.getByText("Pay?", { exact: true }).first().waitFor();
    await deploy("pay", chargeText);
    expect((await sidesOf(operator.page)).asked).toBe("Step 1 Amount io.input.text");
    const { calls, run } = await client.settle(id);
    expect([run?.status, calls.length]).toEqual([RunStatus.FAILED, 2]);
  });

  it("stops where a step is gone", async () => {
    await deploy(
      "steps",
      `await ctx.step("check", () => 1); await ctx.step("charge", () => 2); return io.input.text("Note");`,
    );
    const id = runId(await client.start("steps"));
    await using operator = await stage.signIn();
    await operator.page.goto(stage.address(`runs/${id}`));
    await deploy("steps", `await ctx.step("charge", () => 2); return io.input.text("Note");`);
    expect(await sidesOf(operator.page)).toEqual({
      recorded: "Step 1 check ctx.step · recorded",
      asked: "Step 1 charge ctx.step",
    });
  });

  it("is started again with what was answered filled in, which its operator submits", async () => {
    const order = (kind: string) => `
      const customer = await io.input.text("Customer");
      const { amount, note } = await io.group({ amount: io.input.${kind}("Amount"), note: io.input.text("Note") }, { key: "what" });
      if (await io.confirm("Order?")) return { customer, amount, note };
    `;
    await deploy("order", order("number"));
    const first = await client.answer(await client.start("order"), text("inputText:Customer", "Ada"));
    const values = { ...number("amount", 5).values, ...text("note", "soon").values };
    const id = runId(await client.answer(first, { values }));
    await deploy("order", order("text"));
    await using operator = await stage.signIn();
    const { page } = operator;
    await page.goto(stage.address(`runs/${id}`));
    await page.getByText('"Amount" is io.input.text now; it was io.input.number.', { exact: true }).waitFor();
    await page.getByRole("button", { name: "Start again with these answers" }).click();

    await page.getByText("This run was started again", { exact: true }).waitFor();
    expect(page.url()).not.toContain(id);
    const field = (label: string) => page.getByLabel(label, { exact: true });
    await expect.poll(() => field("Customer").inputValue()).toBe("Ada");
    await field("Customer").press("Control+Enter");
    await expect.poll(() => field("Note").inputValue()).toBe("soon");
    expect(await field("Amount").inputValue()).toBe(""); // it was a number
    await field("Amount").fill("seven");
    await field("Amount").press("Control+Enter");
    await page.getByText("Order?", { exact: true }).first().waitFor();
    await page.getByRole("button", { name: "Confirm", exact: true }).click();
    expect(await stage.resultOf(page)).toEqual({ customer: "Ada", amount: "seven", note: "soon" });
    expect(operator.complaints).toEqual([]);
  });
});

it("a run goes on where labels are reworded and keys are said, and where the program was changed behind its record", async () => {
  const program = (amount: string, sure: string, more: string) => `
    const amount = await io.input.number("${amount}", { key: "amount" });
    const isSure = await io.confirm("${sure}", { key: "pay" });
    ${more}
    return { amount, isSure };
  `;
  await deploy("reworded", program("Amount", "Pay?", ""));
  const id = runId(await client.answer(await client.start("reworded"), number("amount", 5)));
  await deploy("reworded", program("How much?", "Pay now?", `await io.input.text("Receipt for");`));
  await expect.poll(async () => openCall(await client.settle(id)).call?.components[0]?.label).toBe("Pay now?");
  const asked = await client.answer(await client.settle(id), yes("pay"));
  expect(openCall(asked).call?.key).toBe("inputText:Receipt for");
  const ended = await client.answer(asked, text("inputText:Receipt for", "Ada"));
  expect(ended.run?.status).toBe(RunStatus.SUCCEEDED);
});

it("a run whose action is gone says so on the screen, goes on when it is back, and can be canceled", async () => {
  await deploy("pay", charge);
  const id = runId(await client.answer(await client.start("pay"), number("inputNumber:Amount", 5)));
  await using operator = await stage.signIn();
  const { page } = operator;
  await page.goto(stage.address(`runs/${id}`));
  await deploy("refund", charge);
  const missing = page.locator(".font-medium", { hasText: "No connected host has the action “pay”" });
  await missing.waitFor();
  await deploy("pay", charge);
  await missing.waitFor({ state: "hidden" });
  await expect.poll(async () => (await client.settle(id)).epoch).toBe(2);
  await deploy("refund", charge);
  await missing.waitFor();
  await page.getByRole("button", { name: "Cancel run" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel run" }).click();
  await page.getByText("Canceled", { exact: true }).first().waitFor();
  expect((await client.settle(id)).run?.status).toBe(RunStatus.CANCELED);
});
