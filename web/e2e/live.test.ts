import { afterAll, beforeAll, expect, it } from "vitest";
import type { Operator } from "./harness/browser.ts";
import { Stage } from "./harness/stage.ts";

/** Pages and actions whose data a test changes and refreshes by HTTP. */
const program = `
import { createServer } from "node:http";
import { ctx, Interval, io, Layout, Page } from "@interval/sdk";
let version = 1;
const rows = () => Array.from({ length: 45 }, (_, n) => ({ id: n, name: "Row " + n, version: "v" + version }));
const board = new Page({
  name: "Board",
  handler: () => new Layout({
    title: "Board v" + version,
    menuItems: [{ label: "Bump", route: "board/bump" }],
    children: [io.display.table("Rows", { data: rows, defaultPageSize: 10 })],
  }),
  routes: { bump: async () => { await io.input.text("Reason", { key: "reason" }); version++; } },
});
const every = new Page({
  name: "Every",
  handler: () => new Layout({ title: "Every v" + version, refreshEvery: 1000 }),
});
const polled = async () => {
  await io.display.table("Polled", { getData: ({ offset, pageSize, queryTerm }) => {
    const found = rows().filter(({ name }) => name.includes(queryTerm ?? ""));
    return { data: found.slice(offset, offset + pageSize), totalRecords: found.length };
  }, defaultPageSize: 10, refreshEvery: 1000 });
  await io.input.text("Go on");
};
const told = async () => {
  await io.display.table("Told", { data: rows, defaultPageSize: 10 });
  refreshRun = ctx.refresh;
  await io.input.text("Go on");
};
let refreshRun = async () => {};
const server = createServer(async (request, response) => {
  if (request.url === "/change") version++;
  if (request.url === "/page") await board.refresh();
  if (request.url === "/run") await refreshRun();
  response.end("v" + version);
});
server.listen(0, "127.0.0.1", async () => {
  await new Interval({ routes: { board, every, polled, told } }).listen();
  console.log("CONTROL http://127.0.0.1:" + server.address().port);
});
`;

let stage: Stage;
let operator: Operator;
let control: string;

/** Asks the program for something: `change` its data, or refresh its `page` or `run`. It answers with the version of the data. */
async function ask(what: "change" | "page" | "run"): Promise<string> {
  return (await fetch(`${control}/${what}`)).text();
}

beforeAll(async () => {
  stage = await Stage.open();
  const host = await stage.program("live", program);
  const [, url] = await host.printed(/CONTROL (http:\S+)/);
  control = url ?? "";
  operator = await stage.signIn();
});
afterAll(async () => {
  await operator?.[Symbol.asyncDispose]();
  await stage?.[Symbol.asyncDispose]();
});

it("refreshes a page from its program, with the filter and the page of its tables kept", async () => {
  const { page } = operator;
  await page.goto(stage.address("actions/board"));
  const table = page.getByRole("table", { name: "Rows" });
  await table.getByText("Row 0", { exact: true }).waitFor();
  await page.getByRole("searchbox", { name: "Filter Rows" }).fill("3");
  await page.getByRole("button", { name: "Next page" }).click();
  await table.getByText("Row 37", { exact: true }).waitFor();
  const version = await ask("change");
  await ask("page");
  await page.getByRole("heading", { name: `Board ${version}` }).waitFor();
  await table.getByText(version, { exact: true }).first().waitFor();
  await table.getByText("Row 37", { exact: true }).waitFor();
  expect(await table.getByText("Row 0", { exact: true }).count()).toBe(0);
});

it("refreshes a page by its button, and one of its tables by the table's", async () => {
  const { page } = operator;
  await page.goto(stage.address("actions/board"));
  const table = page.getByRole("table", { name: "Rows" });
  await table.getByText("Row 0", { exact: true }).waitFor();
  const first = await ask("change");
  await page.getByRole("button", { name: "Refresh", exact: true }).click();
  await page.getByRole("heading", { name: `Board ${first}` }).waitFor();
  await table.getByText(first, { exact: true }).first().waitFor();
  const second = await ask("change");
  await page.getByRole("button", { name: "Refresh Rows" }).press("Enter");
  await table.getByText(second, { exact: true }).first().waitFor();
  await page.getByRole("heading", { name: `Board ${first}` }).waitFor();
  expect(await operator.axe()).toEqual([]);
});

it("refreshes a page that says how often", async () => {
  const { page } = operator;
  await page.goto(stage.address("actions/every"));
  await page.getByRole("heading", { name: /^Every v/ }).waitFor();
  await page.getByRole("heading", { name: `Every ${await ask("change")}` }).waitFor();
});

it("refreshes a page in another tab after an action that was started from it", async () => {
  const { page } = operator;
  await page.goto(stage.address("actions/board"));
  await page.getByRole("heading", { name: /^Board v/ }).waitFor();
  const other = await page.context().newPage();
  await other.goto(stage.address("actions/board"));
  await other.getByRole("heading", { name: /^Board v/ }).waitFor();
  const before = await other.getByRole("heading", { name: /^Board v/ }).innerText();
  await page.getByRole("link", { name: "Bump" }).first().click();
  await page.getByLabel("Reason").fill("because");
  await page.keyboard.press("Enter");
  await other.getByRole("heading", { name: `Board v${Number(before.slice("Board v".length)) + 1}` }).waitFor();
  await other.close();
});

it("refreshes a run's table by itself while it is looked at, with its filter and page kept", async () => {
  const { page } = operator;
  await stage.run(page, "polled");
  const table = page.getByRole("table", { name: "Polled" });
  await table.getByText("Row 0", { exact: true }).waitFor();
  await page.getByRole("searchbox", { name: "Filter Polled" }).fill("3");
  await page.getByRole("button", { name: "Next page" }).click();
  await table.getByText("Row 37", { exact: true }).waitFor();
  const version = await ask("change");
  await table.getByText(version, { exact: true }).first().waitFor();
  await table.getByText("Row 37", { exact: true }).waitFor();
});

it("refreshes a run's table by ctx.refresh, for all who look", async () => {
  const { page } = operator;
  await stage.run(page, "told");
  const table = page.getByRole("table", { name: "Told" });
  await table.getByText("Row 0", { exact: true }).waitFor();
  const other = await page.context().newPage();
  await other.goto(page.url());
  const second = other.getByRole("table", { name: "Told" });
  await second.getByText("Row 0", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Next page" }).click();
  await table.getByText("Row 10", { exact: true }).waitFor();
  const version = await ask("change");
  await ask("run");
  await table.getByText(version, { exact: true }).first().waitFor();
  await table.getByText("Row 10", { exact: true }).waitFor();
  await second.getByText(version, { exact: true }).first().waitFor();
  await other.close();
});
