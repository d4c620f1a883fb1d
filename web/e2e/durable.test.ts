import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CallStatus, RunStatus } from "@interval/proto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OperatorClient, openCall, runId } from "./harness/operator-client.ts";
import { newDirectory } from "./harness/paths.ts";
import type { TestProcess } from "./harness/process.ts";
import { Stage } from "./harness/stage.ts";

/** Refunds charges one by one, and writes each refund into a file as a payment provider would. */
const program = (version: string) => `
import { appendFileSync, existsSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { ctx, Interval, io } from "@interval/sdk";
new Interval({
  routes: {
    refund: {
      durable: true,
      handler: async () => {
        const customer = await io.input.text("Customer");
        const charges = await io.select.multiple("Charges", { options: [1, 2, 3] });
        await ctx.log("refunding");
        for (const charge of charges) {
          await ctx.step("refund " + charge, async ({ idempotencyKey }) => {
            appendFileSync(process.env.LEDGER, charge + " " + idempotencyKey + "\\n");
            if (charge === 2 && !existsSync(process.env.LEDGER + ".go")) await setTimeout(3_600_000);
          });
        }
        const note = await io.input.text("Note", { helpText: "${version}" });
        return { customer, refunded: charges.length, note, version: "${version}" };
      },
    },
  },
}).listen();
`;

let stage: Stage;
let client: OperatorClient;
let host: TestProcess;
let ledger: string;

const start = (version: string) => stage.program("refund", program(version), { LEDGER: ledger });

beforeAll(async () => {
  stage = await Stage.open();
  ledger = join(await newDirectory("ledger"), "refunds.txt");
  host = await start("one");
  client = stage.client;
});
afterAll(() => stage?.[Symbol.asyncDispose]());

const text = (key: string, value: string) =>
  ({ values: { [key]: { kind: { case: "inputText", value: { text: value } } } } }) as const;
const refunds = () =>
  readFileSync(ledger, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(" "));

describe("a durable run whose host is killed", () => {
  it("goes on in the next version of the program: what was recorded is not done again, what was cut off is, under the same key", async () => {
    await using operator = await stage.signIn();
    const { page } = operator;
    const asked = await client.answer(await client.start("refund"), text("inputText:Customer", "Ada"));
    const id = runId(asked);
    const charges = openCall(asked).call?.key ?? "";
    const optionKeys = ["n:1", "n:2", "n:3"];
    const values = { [charges]: { kind: { case: "selectMultiple", value: { optionKeys } } } } as const;
    await client.runs.answerCall({ runId: id, callKey: charges, answer: { values } });
    await expect.poll(() => refunds().length).toBe(2);

    host.child.kill("SIGKILL");
    await host.ended;
    appendFileSync(`${ledger}.go`, "");
    await stage.drive(page, id);
    host = await start("two");

    const resumed = await client.settle(id);
    const note = openCall(resumed);
    expect(note.call?.components[0]?.helpText).toBe("two");
    const [first, cut, again, third] = refunds();
    expect([first, cut, again, third].map((line) => line?.[0])).toEqual(["1", "2", "2", "3"]);
    expect(again?.[1]).toBe(cut?.[1]);
    expect(new Set([first, cut, third].map((line) => line?.[1])).size).toBe(3);

    await page.getByLabel("Note", { exact: true }).fill("late");
    await page.keyboard.press("Control+Enter");
    await expect.poll(async () => (await client.settle(id)).run?.status).toBe(RunStatus.SUCCEEDED);
    await page.getByText("late").first().waitFor();
    for (const label of ["Customer", "Charges", "Note"]) {
      expect(await page.getByText(label, { exact: true }).count(), label).toBe(1);
    }
    expect(refunds()).toHaveLength(4);
    expect(operator.complaints).toEqual([]);
  });

  it("keeps what somebody types meanwhile, and is answered once the host is back", async () => {
    await using operator = await stage.signIn();
    const { page } = operator;
    const asked = await client.start("refund");
    const id = runId(asked);
    await stage.drive(page, id);
    await page.getByLabel("Customer", { exact: true }).fill("Gra");
    host.child.kill("SIGKILL");
    await host.ended;
    await page.getByLabel("Customer", { exact: true }).pressSequentially("ce");
    host = await start("two");
    await expect.poll(async () => (await client.settle(id)).epoch).toBe(2);
    expect(await page.getByLabel("Customer", { exact: true }).inputValue()).toBe("Grace");
    await page.keyboard.press("Control+Enter");
    await expect.poll(async () => (await client.settle(id)).calls[0]?.status).toBe(CallStatus.ACCEPTED);
  });
});
