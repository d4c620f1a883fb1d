import { afterAll, beforeAll, expect, it } from "vitest";
import { Operator } from "./harness/browser.ts";
import { runId } from "./harness/operator-client.ts";
import { Stage } from "./harness/stage.ts";

const program = `
import { Interval, Layout, Page, io, ctx } from "@interval/sdk";
const rows = Array.from({ length: 45 }, (_, i) => ({ id: i, name: "Row " + i, amount: i * 10, at: new Date(0) }));
new Interval({
  routes: {
    everything: async () => {
      await io.group([
        io.display.heading("Everything"),
        io.display.object("Object", { data: { list: [1, 2n, null], at: new Date(0) } }),
        io.display.table("Table", { data: rows }),
        io.display.code("Code", { code: "const a = 1;", language: "typescript" }),
      ]);
      await ctx.log("A line in the log", 5n);
      await io.group({
        text: io.input.text("Text", { helpText: "With **help**" }),
        number: io.input.number("Number", { currency: "USD" }),
        slider: io.input.slider("Slider", { min: 0, max: 10 }),
        date: io.input.date("Date"),
        file: io.input.file("File"),
        single: io.select.single("Single", { options: ["One", "Two", { label: "Three", value: 3, description: "A third" }] }),
        rows: io.select.table("Rows", { data: rows }),
        sheet: io.input.spreadsheet("Sheet", { columns: { name: "string", amount: "number" } }),
      });
    },
    failure: async () => { throw new TypeError("This cannot work"); },
    group: new Page({
      name: "A page",
      handler: async () => new Layout({ title: "Late", children: [io.display.table("Table", { data: rows })] }),
      routes: { inner: async () => "inner" },
    }),
  },
}).listen();
`;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
  await stage.program("right-to-left", program);
});
afterAll(() => stage?.[Symbol.asyncDispose]());

it("every screen of a language that runs from right to left fits a phone, and has no fault", async () => {
  const run = async (action: string) => `main/development/runs/${runId(await stage.client.start(action))}`;
  const failure = await run("failure");
  const addresses = {
    home: "main/development",
    page: "main/development/actions/group",
    action: "main/development/actions/everything",
    everything: await run("everything"),
    failure,
    transcript: `${failure}/transcript`,
    history: "main/development/history",
    empty: "main/production",
    "not found": "main/development/nothing/here",
    account: "account",
  };
  const options = { locale: "ar-XB", viewport: { width: 390, height: 900 } };
  await using operator = await stage.signIn(options);
  const { page } = operator;
  const faults: string[] = [];
  async function look(name: string, by: Operator): Promise<void> {
    faults.push(...(await by.axe()).map((fault) => `${name}: ${fault}`));
    const beyond = await by.page.evaluate(() => {
      const { scrollWidth, clientWidth, dir } = document.documentElement;
      return dir === "rtl" ? scrollWidth - clientWidth : Number.NaN;
    });
    if (beyond !== 0) faults.push(`${name}: ${beyond} px too wide`);
  }
  for (const [name, address] of Object.entries(addresses)) {
    await page.goto(`${stage.server.url}/${address}`);
    await page.locator("main h1").first().waitFor();
    await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
    if (name === "everything") {
      await page.locator("main").getByRole("button").filter({ hasText: "Drive here" }).click();
      await page.getByRole("grid").waitFor();
    }
    await look(name, operator);
  }
  await page.locator("header button").last().click();
  await page.getByRole("dialog").waitFor();
  await look("the menu", operator);
  await using stranger = await Operator.open(await stage.browser(), stage.server.url, options);
  await stranger.page.goto(`${stage.server.url}/sign-in`);
  await stranger.page.getByRole("button").waitFor();
  await look("sign-in", stranger);
  expect([...faults, ...operator.complaints, ...stranger.complaints]).toEqual([]);
});
