import { afterAll, beforeAll, expect, it } from "vitest";
import { Stage } from "./harness/stage.ts";

const program = `
import { Interval, ctx } from "@interval/sdk";
new Interval({
  routes: { whoami: async () => { const { firstName, timeZone, locale } = ctx.user; return { firstName, timeZone, locale }; } },
}).listen();
`;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
  await stage.program("account", program);
});
afterAll(() => stage?.[Symbol.asyncDispose]());

it("a person sets who they are, with the keyboard; their other tabs, and the actions that they run, follow at once", async () => {
  await using operator = await stage.signIn();
  const { page } = operator;
  const other = await page.context().newPage();
  await other.goto(stage.address(""));
  await other.getByRole("heading", { name: "Home" }).waitFor();

  await page.goto(`${stage.server.url}/account`);
  await page.getByRole("heading", { name: "Account", level: 1 }).waitFor();
  expect(await page.title()).toBe("Account · Interval");
  await page.getByLabel("First name").fill("a".repeat(101));
  await page.keyboard.press("Enter");
  await page.getByText("Enter at most 100 characters.").waitFor();
  expect(await page.evaluate(() => document.activeElement?.getAttribute("autocomplete"))).toBe("given-name");

  await page.getByLabel("First name").fill("Ada");
  for (const [field, term] of [
    ["Language", "Deu"],
    ["Region", "Austria"],
    ["Time zone", "Asia/Tok"],
  ] as const) {
    await page.getByLabel(field, { exact: true }).focus();
    await page.keyboard.type(term);
    await page.getByRole("option").first().waitFor();
    await page.keyboard.press("Tab");
  }
  await page.getByRole("button", { name: "Save" }).press("Enter");
  await page.getByRole("status").getByText("Gespeichert").waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("de");
  await other.getByRole("heading", { name: "Start" }).waitFor();

  await page.getByRole("radio", { name: "Dunkel" }).check();
  await other.locator("html.dark").waitFor();
  expect(await operator.axe()).toEqual([]);

  await other.goto(stage.address("actions/whoami"));
  await other.getByRole("button", { name: "Ausführen", exact: true }).click();
  await other.waitForURL(/\/runs\//);
  await other.getByText("Abgeschlossen", { exact: true }).first().waitFor();
  const { finished } = await stage.client.settle(other.url().split("/").at(-1) ?? "");
  expect(JSON.stringify(finished, (_key, value) => (typeof value === "bigint" ? String(value) : value))).toMatch(
    /Ada.*Asia\/Tokyo.*de-AT/,
  );
  expect(operator.complaints).toEqual([]);

  await page.reload();
  await page.getByRole("heading", { name: "Konto", level: 1 }).waitFor();
  await page.getByRole("main").getByRole("button", { name: "Abmelden" }).click();
  await page.getByRole("heading", { name: "Bei Interval anmelden" }).waitFor();
});
