import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Operator } from "./harness/browser.ts";
import { Stage } from "./harness/stage.ts";

const program = `
import { Action, Interval, Page, io, ctx } from "@interval/sdk";
new Interval({
  routes: {
    refund: new Action({ name: "Refund a customer", description: "Gives **money** back", handler: async () => {
      const amount = await io.input.number("Amount");
      return "Refunded " + amount;
    } }),
    night: new Action({ name: "Nightly import", backgroundable: true, handler: async () => {
      await io.input.text("Which file");
      return "imported";
    } }),
    careful: new Action({ name: "Careful work", handler: async () => io.input.text("Why") }),
    secret: new Action({ name: "Secret refund", unlisted: true, handler: async () => "hidden" }),
    users: new Page({ name: "People", description: "Accounts of all", routes: {
      create: new Action({ name: "Create an account", handler: async () => "made" }),
    } }),
  },
}).listen();
`;
const goneProgram = `
import { Action, Interval } from "@interval/sdk";
new Interval({ routes: { gone: new Action({ name: "Refund gone", handler: async () => "no" }) } }).listen();
`;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  await stage.program("shell", program);
  const gone = await stage.program("gone", goneProgram);
  await gone[Symbol.asyncDispose]();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

async function openHome(options: Parameters<Stage["signIn"]>[0] = {}): Promise<Operator> {
  const operator = await stage.signIn(options);
  await operator.page.goto(stage.address(""));
  await operator.page.getByRole("link", { name: "Refund a customer" }).first().waitFor();
  return operator;
}

/** The name of what has the focus. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { activeElement } = document;
    const label = activeElement instanceof HTMLInputElement ? activeElement.labels?.[0]?.textContent : undefined;
    return (label ?? activeElement?.getAttribute("aria-label") ?? activeElement?.textContent ?? "").trim();
  });
}

describe("the home screen", () => {
  it("finds by name, path and description, marks what was found, and lists what is offline, but nothing unlisted", async () => {
    await using operator = await openHome();
    const { page } = operator;
    const results = page.getByRole("region", { name: "Search results" });

    await page.keyboard.press("/");
    expect(await focused(page)).toBe("Search actions and pages");
    await page.keyboard.type("refund");
    await results.getByText("2 hits").waitFor();
    expect(await results.locator("mark").allTextContents()).toEqual(["Refund", "Refund"]);
    expect(await results.getByRole("link").allTextContents()).toEqual(["Refund a customer"]);
    await results
      .getByRole("listitem")
      .filter({ hasText: "Refund gone" })
      .getByText(/Offline, last seen/)
      .waitFor();

    await page.keyboard.press("Escape");
    await page.keyboard.type("money");
    await results.getByRole("link", { name: "Refund a customer" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.type("acc");
    await results.getByRole("link", { name: "People" }).waitFor();
    await results.getByRole("link", { name: "Create an account" }).waitFor();
    expect(await operator.axe()).toEqual([]);
    expect(operator.complaints).toEqual([]);
  });

  it("is used with arrow keys and Enter", async () => {
    await using operator = await openHome();
    const { page } = operator;
    await page.keyboard.press("/");
    await page.keyboard.type("acc");
    await page.getByText("2 hits").waitFor();
    await page.keyboard.press("ArrowDown");
    expect(await focused(page)).toBe("Create an account");
    await page.keyboard.press("ArrowRight");
    expect(await focused(page)).toBe("People");
    await page.keyboard.press("ArrowUp");
    expect(await focused(page)).toBe("Search actions and pages");

    await page.keyboard.press("Escape");
    await page.keyboard.type("refund cust");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/runs\//);
    await page.getByLabel("Amount").waitFor();
  });

  it("shows what goes on without its person, with what it waits for, and what was used last", async () => {
    await using operator = await openHome();
    const { page } = operator;
    await page.getByRole("link", { name: "Nightly import" }).first().click();
    await page.getByLabel("Which file").waitFor();
    const run = page.url();
    await page.goBack();
    const progress = page.getByRole("region", { name: "In progress" });
    await progress.getByText("Waits for: Which file").waitFor();
    const used = page.getByRole("region", { name: "Recently used" }).getByRole("link");
    await expect.poll(() => used.first().textContent()).toBe("Nightly import");

    // It ends elsewhere: the list is told, and so is the person.
    await stage.client.runs.cancelRun({ runId: run.split("/").at(-1), requestId: "cancel-nightly" });
    await page.getByRole("status").getByText("Nightly import: Canceled").waitFor();
    await progress.waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Show", exact: true }).click();
    await page.waitForURL(run);
    expect(operator.complaints).toEqual([]);
  });
});

describe("the palette", () => {
  it("runs an action with the keyboard alone", async () => {
    await using operator = await openHome();
    const { page } = operator;
    await page.keyboard.press("Control+k");
    const palette = page.getByRole("dialog", { name: "Command palette" });
    await palette.getByRole("listbox", { name: "Results" }).waitFor();
    expect(await focused(page)).toBe("Command palette");
    expect(await operator.axe()).toEqual([]);

    await page.keyboard.type("refund");
    await palette.getByRole("option", { name: "Refund a customer", exact: true }).waitFor();
    await palette
      .getByRole("status")
      .getByText(/hits?$/)
      .waitFor();
    const marked = palette.getByRole("option", { selected: true });
    expect(await marked.textContent()).toBe("Refund a customer");
    expect(await palette.getByRole("option", { name: "Refund gone" }).getAttribute("aria-disabled")).toBe("true");
    expect(await palette.getByRole("option", { name: "Secret refund" }).count()).toBe(0);
    expect(await operator.axe()).toEqual([]);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/runs\//);
    await page.getByLabel("Amount").waitFor();
    await expect.poll(() => focused(page)).toBe("Amount");
    await page.keyboard.type("5");
    await page.keyboard.press("Control+Enter");
    await page.getByText("Refunded 5").waitFor();
    expect(operator.complaints).toEqual([]);
  });

  it("gives the focus back to where it was, and what is typed there stays", async () => {
    await using operator = await openHome();
    const { page } = operator;
    await page.keyboard.press("/");
    await page.keyboard.type("ref");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog", { name: "Command palette" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await expect.poll(() => focused(page)).toBe("Search actions and pages");
    await page.keyboard.type("x");
    expect(await page.getByLabel("Search actions and pages").inputValue()).toBe("rexf");
  });

  it("leads to screens and places, sets the theme, and opens the shortcuts", async () => {
    await using operator = await openHome();
    const { page } = operator;
    const choose = async (text: string, option: string) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Command palette" }).fill(text);
      await page.getByRole("option", { name: option, selected: true }).waitFor();
      await page.keyboard.press("Enter");
    };
    await choose("hist", "History");
    await page.waitForURL(/\/history$/);
    await choose("produ", "Production Main");
    await page.waitForURL(/\/main\/production\/history$/);
    await choose("theme dark", "Theme: dark");
    await page.locator("html.dark").waitFor();
    await choose("keyboard", "Keyboard shortcuts");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(operator.complaints).toEqual([]);
  });

  it("asks before it leaves a run in which something is typed, and starts nothing for who stays", async () => {
    await using operator = await openHome();
    const { page } = operator;
    await page.getByRole("link", { name: "Careful work" }).first().click();
    await page.getByLabel("Why").fill("because");
    const run = page.url();
    const runs = async () => (await stage.client.runs.listRuns({})).runs.length;
    const before = await runs();
    const startOther = async () => {
      await page.keyboard.press("Control+k");
      await page.keyboard.type("refund cust");
      await page.getByRole("option", { name: "Refund a customer", exact: true }).waitFor();
      await page.keyboard.press("Enter");
    };
    await startOther();
    await page.getByRole("button", { name: "Stay" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(page.url()).toBe(run);
    expect(await runs()).toBe(before);

    const amount = page.getByLabel("Amount");
    await page.route("**/CancelRun", async (route) => {
      await amount.waitFor(); // what is told of the run that was left comes late
      await route.continue();
    });
    await startOther();
    await page.getByRole("button", { name: "Leave", exact: true }).click();
    await page.getByRole("status").getByText("Careful work: run canceled").waitFor();
    expect(await amount.isVisible()).toBe(true);
    expect(operator.complaints).toEqual([]);
  });
});

describe("shortcuts", () => {
  it("lead to screens, but never while something is typed", async () => {
    await using operator = await openHome();
    const { page } = operator;
    await page.keyboard.press("g");
    await page.keyboard.press("y");
    await page.waitForURL(/\/history$/);
    await page.keyboard.press("g");
    await page.keyboard.press("q");
    await page.waitForURL(/\/queue$/);
    await page.getByRole("heading", { name: "Nothing waits for you" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("h");
    await page.waitForURL(/\/development$/);
    await page.keyboard.press("/");
    await page.keyboard.type("g y ? /");
    expect(await page.getByLabel("Search actions and pages").inputValue()).toBe("g y ? /");
    expect(page.url()).toMatch(/\/development$/);
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  it("are told in an overview, which shuts the single keys off, for who is disturbed by them", async () => {
    await using operator = await openHome();
    const { page } = operator;
    await page.keyboard.press("?");
    const overview = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await overview.getByText("Go to the history").waitFor();
    expect(await operator.axe()).toEqual([]);
    await overview.getByRole("checkbox", { name: "Single-key shortcuts" }).uncheck();
    await page.keyboard.press("Escape");
    await overview.waitFor({ state: "detached" });
    await page.keyboard.press("?");
    await page.keyboard.press("/");
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog", { name: "Command palette" }).waitFor();
    expect(await overview.count()).toBe(0);
    await page.keyboard.press("Escape");

    // The account menu leads there too, and has the focus afterwards.
    const account = page.getByRole("button", { name: /Account menu/ });
    await account.press("Enter");
    await page.getByRole("menuitem", { name: "Keyboard shortcuts" }).press("Enter");
    await overview.getByRole("checkbox", { name: "Single-key shortcuts" }).check();
    await page.keyboard.press("Escape");
    await overview.waitFor({ state: "detached" });
    await expect.poll(() => focused(page)).toMatch(/Account menu/);
    expect(operator.complaints).toEqual([]);
  });
});

describe("places", () => {
  it("are switched with the keyboard, on the same screen, under a strip in the environment's colour", async () => {
    await using operator = await stage.signIn();
    const { page } = operator;
    await page.goto(stage.address("history"));
    const strip = page.locator("[data-environment-strip]");
    const color = () => strip.evaluate((element) => getComputedStyle(element).backgroundColor);
    await strip.waitFor();
    const own = await color();
    const switcher = page.getByRole("button", { name: /Switch organization or environment/ });
    expect(await switcher.textContent()).toContain("Your own");
    await switcher.press("Enter");
    const production = page.getByRole("menuitem", { name: "Production" });
    await production.waitFor();
    expect(await operator.axe()).toEqual([]);
    await production.press("Enter");
    await page.waitForURL(/\/main\/production\/history$/);
    await expect.poll(color).not.toBe(own);
    // On the other screen's heading, or still on what was pressed: never lost.
    await expect.poll(() => focused(page)).toMatch(/^History$|Switch organization or environment/);
  });

  it("that are not there, or not for somebody, look alike", async () => {
    await using operator = await stage.signIn();
    const { page } = operator;
    for (const [address, title] of [
      ["main/development/runs/run_none", "This run is not there, or not for you"],
      ["main/development/actions/none", "This action is not there, or not for you"],
      ["main/development/none", "There is nothing here, or not for you"],
      ["none/production", "There is nothing here, or not for you"],
    ]) {
      await page.goto(`${stage.server.url}/${address}`);
      await page.getByRole("heading", { level: 1, name: title }).waitFor();
      expect(await page.getByRole("main").count()).toBe(1);
      expect(await operator.axe()).toEqual([]);
    }
  });
});

describe("on a phone", () => {
  it("everything is behind three buttons, and fits", async () => {
    await using operator = await openHome({ viewport: { width: 360, height: 740 }, hasTouch: true });
    const { page } = operator;
    for (const [button, dialog] of [
      ["Jump to…", "Command palette"],
      ["Notifications", "Notifications"],
      ["Open the menu", "Menu"],
    ] as const) {
      await page.getByRole("button", { name: button }).tap();
      await page.getByRole("dialog", { name: dialog }).waitFor();
      expect(await operator.axe()).toEqual([]);
      expect(await operator.overflow()).toBeLessThanOrEqual(0);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await expect.poll(() => focused(page)).toBe(button);
    }
    await page.getByRole("button", { name: "Open the menu" }).tap();
    await page.getByRole("dialog").getByRole("link", { name: "Organization" }).tap();
    await page.waitForURL(/settings\/organization$/);
    await page.getByRole("heading", { level: 1, name: "Main" }).waitFor();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await operator.overflow()).toBeLessThanOrEqual(0);
    expect(operator.complaints).toEqual([]);
  });
});

describe("a toast", () => {
  it("is read out, can be dismissed, and leaves the focus on the screen", async () => {
    await using operator = await openHome();
    const { page } = operator;
    await page.getByRole("link", { name: "Refund a customer" }).first().click();
    await page.getByRole("button", { name: "Copy link" }).click();
    const toast = page.getByRole("status").filter({ hasText: "Link copied" });
    await toast.waitFor();
    expect(await toast.getAttribute("aria-live")).toBe("polite");
    expect(await operator.axe()).toEqual([]);
    await toast.getByRole("button", { name: "Dismiss" }).press("Enter");
    await page.getByText("Link copied").waitFor({ state: "detached" });
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("main");
  });
});
