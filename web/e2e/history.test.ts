import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Operator } from "./harness/browser.ts";
import { OperatorClient, runId } from "./harness/operator-client.ts";
import { Stage } from "./harness/stage.ts";

const program = `
import { Interval, Page, io } from "@interval/sdk";
new Interval({
  routes: {
    refund: { name: "Refund a customer", handler: async () => ({ receipt: "R-" + (await io.input.text("Customer")) }) },
    hello: async () => "Hello",
    users: new Page({ name: "Users", routes: { create: async () => "created", remove: async () => { throw new Error("Not allowed"); } } }),
  },
}).listen();
`;

let stage: Stage;
let client: OperatorClient;
let ada: Operator;
let grace: Operator;

beforeAll(async () => {
  stage = await Stage.open();
  const key = await stage.server.createKey("production");
  await stage.program("history", program, { ...stage.env, INTERVAL_API_KEY: key });
  client = new OperatorClient(stage.server.url, await stage.server.programKey("production"));
  const person = async (name: string, role: string, options: object) =>
    stage.signIn({
      link: await stage.server.createUser(`${name}@example.com`, role, "--first-name", name),
      ...options,
    });
  ada = await person("Ada", "member", { viewport: { width: 390, height: 800 }, colorScheme: "dark" });
  grace = await person("Grace", "admin", { viewport: { width: 1280, height: 900 } });
});
afterAll(async () => {
  await ada?.[Symbol.asyncDispose]();
  await grace?.[Symbol.asyncDispose]();
  await stage?.[Symbol.asyncDispose]();
});

const address = (path: string) => `${stage.server.url}/main/production/${path}`;
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true });
const rows = (page: Page) => page.getByRole("table", { name: "History" }).locator("tbody tr");
const option = (page: Page, name: string) =>
  page
    .getByRole("dialog")
    .locator("label")
    .filter({ has: page.getByText(name, { exact: true }) })
    .locator("input");

/** Waits until the history lists these actions, newest first. */
async function lists(page: Page, actions: string[]): Promise<void> {
  const names = () => rows(page).locator("td:first-child a").allInnerTexts();
  await expect.poll(async () => (await names()).map((name) => name.split(",")[0]?.trim())).toEqual(actions);
}

async function start(page: Page, action: string): Promise<string> {
  await page.goto(address(`actions/${action}`));
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.waitForURL(/\/runs\//);
  return page.url().split("/").at(-1) ?? "";
}

/** Waits for something, and returns how long that took. */
async function msUntil(what: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await what();
  return performance.now() - start;
}

it("is empty at first, and says what will be there", async () => {
  const { page } = grace;
  await page.goto(address("history"));
  await page.getByRole("heading", { name: "No runs yet" }).waitFor();
  expect(await grace.axe()).toEqual([]);
});

describe("filters", () => {
  const created = () => lists(grace.page, ["Create"]);

  it("are none at first", async () => {
    await client.settle(runId(await client.start("hello")));
    await client.settle(runId(await client.start("users/create")));
    await client.settle(runId(await client.start("users/remove")));
    await start(ada.page, "refund");
    await grace.page.goto(address("history"));
    await lists(grace.page, ["Refund a customer", "Remove", "Create", "Hello"]);
  });

  it("are chosen from menus with the keyboard, and stand in the address", async () => {
    const { page } = grace;
    await button(page, "Status").press("Enter");
    await option(page, "Failed").press("Space");
    await lists(page, ["Remove"]);
    await option(page, "Succeeded").press("Space");
    await lists(page, ["Remove", "Create", "Hello"]);
    expect(new URL(page.url()).search).toBe("?status=failed,succeeded");
    expect(await grace.axe()).toEqual([]);
    await page.keyboard.press("Escape");
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await expect.poll(focused).toMatch(/Status:\s*Failed, Succeeded/);
    await button(page, "Action").press("Enter");
    await option(page, "users/").press("Space");
    await lists(page, ["Remove", "Create"]);
    await option(page, "Create").press("Space");
    await created();
    await page.keyboard.press("Escape");
  });

  it("survive a reload, and Back undoes them one by one", async () => {
    const { page } = grace;
    await page.reload();
    await created();
    expect(new URL(page.url()).search).toBe("?status=failed,succeeded&action=users/create");
    await page.goBack();
    await lists(page, ["Remove", "Create", "Hello"]);
    await page.goBack();
    await lists(page, ["Refund a customer", "Remove", "Create", "Hello"]);
    await page.goForward();
    await page.goForward();
    await created();
    await button(page, /Create, run started|Clear filters/)
      .last()
      .click();
    await lists(page, ["Refund a customer", "Remove", "Create", "Hello"]);
    expect(new URL(page.url()).search).toBe("");
  });

  it("find by person, trigger, time and text", async () => {
    const { page } = grace;
    await button(page, /^Trigger/).click();
    await option(page, "Person").check();
    await lists(page, ["Refund a customer"]);
    await page.keyboard.press("Escape");
    await button(page, "Clear filters").click();
    await button(page, "Started by").click();
    await option(page, "Ada").check();
    await lists(page, ["Refund a customer"]);
    await page.keyboard.press("Escape");
    await button(page, /^Started by:\s*Ada$/).waitFor();
    await page.goto(address("history?person=none"));
    await page.getByRole("heading", { name: "No run fits these filters" }).waitFor();
    expect(await grace.axe()).toEqual([]);
    await page.getByRole("main").getByRole("button", { name: "Clear filters" }).last().click();
    const search = page.getByRole("searchbox", { name: "Search actions, people" });
    await search.fill("not ALLOWED");
    await lists(page, ["Remove"]);
    await search.fill("ada refund");
    await lists(page, ["Refund a customer"]);
    expect(new URL(page.url()).search).toBe("?text=ada+refund");
    await search.fill("");
    await button(page, "Started").click();
    await option(page, "Today").check();
    await lists(page, ["Refund a customer", "Remove", "Create", "Hello"]);
    await option(page, "Other days").check();
    await page.getByRole("dialog").getByRole("spinbutton", { name: "Month" }).first().fill("01");
    await page.keyboard.type("152020");
    await page.getByRole("dialog").getByRole("spinbutton", { name: "Month" }).last().fill("01");
    await page.keyboard.type("312020");
    await page.getByRole("heading", { name: "No run fits these filters" }).waitFor();
    expect(new URL(page.url()).search).toBe("?time=custom&from=2020-01-15&to=2020-01-31");
    expect(await grace.axe()).toEqual([]);
    await page.keyboard.press("Escape");
    await button(page, /Started: Jan 15, 2020 – Jan 31, 2020/).waitFor();
  });

  it("show a member their own runs alone, on a phone", async () => {
    const { page } = ada;
    await page.goto(address("history"));
    await lists(page, ["Refund a customer"]);
    expect(await page.getByRole("button", { name: "Started by" }).count()).toBe(0);
    await button(page, "Status").click();
    expect(await ada.axe()).toEqual([]);
    expect(await ada.overflow()).toBeLessThanOrEqual(0);
    await page.keyboard.press("Escape");
    await page.goto(address("history?text=hello"));
    await page.getByRole("heading", { name: "No run fits these filters" }).waitFor();
  });
});

describe("two people in two browsers", () => {
  it("see within a second what the other one runs, hands over and cancels, without a reload", async () => {
    // Home lists one's own runs: Ada's is in another tab of hers.
    const home = await ada.newTab();
    await home.goto(address(""));
    await home.getByRole("heading", { name: "Actions" }).waitFor();
    const { page } = grace;
    await page.goto(address("history?status=running,awaiting&text=refund+ada"));
    await lists(page, ["Refund a customer"]);
    const id = await start(ada.page, "refund");
    const at = (screen: Page) => screen.locator(`tbody tr:has(a[href$="${id}"])`);
    const first = () => rows(page).first().locator(`a[href$="${id}"]`).waitFor();
    expect(await msUntil(first)).toBeLessThan(1000);
    await at(page).getByText("Awaiting input").waitFor();

    const watched = await grace.newTab();
    await watched.goto(address(`runs/${id}`));
    await button(watched, "Ask to drive").click();
    await button(ada.page, "Hand over").click();
    await watched.getByLabel("Customer").fill("Grace");
    await button(watched, "Continue").click();
    await ada.page.getByText("Completed", { exact: true }).first().waitFor();
    const left = () =>
      Promise.all([at(page).waitFor({ state: "detached" }), at(home).getByText("Succeeded").waitFor()]);
    expect(await msUntil(left)).toBeLessThan(1000);

    // What it answered is what it is found by from now on.
    await page.goto(address("history?text=r-grace"));
    await lists(page, ["Refund a customer"]);
    const other = await start(ada.page, "refund");
    await page.goto(address("history?status=canceled"));
    await page.getByRole("heading", { name: "No run fits these filters" }).waitFor();
    await button(ada.page, "Cancel run").click();
    await ada.page.getByRole("dialog").getByRole("button", { name: "Cancel run" }).click();
    const canceled = (screen: Page) =>
      screen.locator(`tbody tr:has(a[href$="${other}"])`).getByText("Canceled").waitFor();
    expect(await msUntil(() => Promise.all([canceled(page), canceled(home)]))).toBeLessThan(1000);
    expect([...ada.complaints, ...grace.complaints]).toEqual([]);
  });

  it("a list catches up with what it has missed while the server was away", async () => {
    const { page } = grace;
    await page.goto(address("history"));
    await rows(page).first().waitFor();
    const before = await rows(page).count();
    await page.context().setOffline(true);
    const id = runId(await client.start("hello"));
    await client.settle(id);
    await page.context().setOffline(false);
    await rows(page).first().locator(`a[href$="${id}"]`).waitFor();
    expect(await rows(page).count()).toBe(before + 1);
  });
});

it("pages of a long history come as one asks for them, and the focus stays", async () => {
  const { page } = grace;
  for (let i = 0; i < 60; i++) await client.start("hello");
  await page.goto(address("history?action=hello"));
  await rows(page).nth(49).waitFor();
  await page.getByText("50 runs so far, there are more").first().waitFor();
  await button(page, "Load more").press("Enter");
  await rows(page).nth(60).waitFor();
  expect(await button(page, "Load more").count()).toBe(0);
  const focused = () => page.evaluate(() => document.activeElement?.closest("tr")?.rowIndex);
  await expect.poll(focused).toBe(51);
  await expect.poll(() => page.getByRole("status").allInnerTexts()).toContain(`${await rows(page).count()} runs`);
});
