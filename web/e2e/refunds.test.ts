import { cp } from "node:fs/promises";
import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "./harness/paths.ts";
import { createPackage, tsx } from "./harness/program.ts";
import { Stage } from "./harness/stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  // A copy of its own: what is refunded is gone from the shop's data.
  const cwd = await createPackage("refunds", {});
  const example = join(root, "examples/refunds");
  await cp(example, cwd, { recursive: true, filter: (file) => !relative(example, file).startsWith("data") });
  await stage.host(cwd, [tsx, "index.ts"]);
});
afterAll(() => stage?.[Symbol.asyncDispose]());

it("the catalogue is there, live, for the one whose development environment it is", async () => {
  await using operator = await stage.signIn();
  await operator.page
    .getByText(/refund/i)
    .first()
    .waitFor();
  expect(operator.complaints).toEqual([]);
});

it("a refund is made with the keyboard alone, from the customer to the record", async () => {
  await using operator = await stage.signIn();
  const { page } = operator;
  await page.goto(`${stage.server.url}/main/development/actions/refund`);
  await page.getByRole("button", { name: "Run", exact: true }).press("Enter");
  await page.getByLabel("Customer's e-mail").waitFor();
  await page.keyboard.type("nobody@example.com");
  await page.keyboard.press("Enter");
  await page.getByText("No customer has the address nobody@example.com.").waitFor();
  await page.getByLabel("Customer's e-mail").fill("ada@example.com");
  await page.keyboard.press("Enter");
  await page.getByRole("table").getByRole("checkbox").nth(1).press("Space");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: "Confirm", exact: true }).press("Enter");
  await page.getByText("Completed", { exact: true }).waitFor();
  await page.getByText("Requested by customer").last().waitFor();
  expect(operator.complaints).toEqual([]);
});
