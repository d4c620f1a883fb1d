import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runId } from "./harness/operator-client.ts";
import { Stage } from "./harness/stage.ts";

const word = "Unüberschaubarkeitsvermeidungsstrategie".repeat(4);
const sentence = "What this is about takes more words than anybody would like to read on a small screen. ".repeat(6);

const program = `
import { Action, Interval, Layout, Page, ctx, io } from "@interval/sdk";
const [word, sentence] = ${JSON.stringify([word, sentence])};
const rows = Array.from({ length: 12 }, (_, id) => ({ id, [word]: sentence, short: word }));
const ask = async () => {
  await ctx.log(sentence, word);
  await ctx.loading.start({ title: word, description: sentence, itemsInQueue: 1_000_000 });
  await io.group([
    io.display.heading(word, { description: sentence }),
    io.display.object(word, { data: { [word]: sentence, list: rows } }),
    io.display.metadata(word, { data: [{ label: word, value: sentence }, { label: sentence, value: word }] }),
    io.display.table(word, { data: rows, helpText: sentence }),
  ]);
  return io.group([
    io.input.text(word, { helpText: sentence, placeholder: sentence }),
    io.select.single(sentence, { options: [word, sentence], helpText: word }),
    io.select.multiple(word + "s", { options: [word, sentence], helpText: sentence }),
    io.select.table(word + "n", { data: rows }),
  ]);
};
new Interval({
  routes: {
    asks: new Action({ name: word, description: sentence, handler: ask }),
    plain: async () => io.input.text("Why"),
    returns: new Action({ name: sentence.slice(0, 120), description: word, handler: async () => ({ [word]: sentence, rows }) }),
    fails: new Action({ name: word, handler: async () => { throw new Error(sentence + word, { cause: new TypeError(word) }); } }),
    ["long_" + "path_".repeat(20)]: new Action({ handler: async () => word }),
    shelf: new Page({
      name: word,
      description: sentence,
      routes: { inner: new Action({ name: word, handler: async () => word }) },
      handler: async () => new Layout({
        title: word,
        description: sentence,
        menuItems: [{ label: word, route: "asks" }, { label: sentence.slice(0, 60), route: "returns" }],
        children: [io.display.table(word, { data: rows }), io.display.markdown("# " + word + "\\n\\n" + sentence)],
      }),
    }),
    broken: new Page({ name: "Broken", handler: async () => { throw new Error(sentence + word); } }),
  },
}).listen();
`;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
  await stage.program("states", program);
  await stage.client.start("returns");
});
afterAll(() => stage?.[Symbol.asyncDispose]());

describe("long words and texts", () => {
  let addresses: Record<string, string>;
  beforeAll(async () => {
    const run = async (action: string) => `runs/${runId(await stage.client.start(action))}`;
    const failed = await run("fails");
    addresses = {
      home: "",
      page: "actions/shelf",
      "page that fails": "actions/broken",
      action: "actions/asks",
      question: await run("asks"),
      result: await run("returns"),
      failure: failed,
      transcript: `${failed}/transcript`,
      history: "history",
      "history of a long search": `history?text=${encodeURIComponent(word)}&action=asks`,
      actions: "settings/actions",
      "action settings": `settings/actions/long_${"path_".repeat(20)}`,
      hosts: "settings/hosts",
      keys: "settings/keys",
      "no run": `runs/${word}`,
    };
    await stage.server.createKey("production", "--label", word);
  });

  it.each([
    ["light", 1280],
    ["dark", 390],
  ] as const)("break no screen: %s, %i px wide", async (colorScheme, width) => {
    await using operator = await stage.signIn({ colorScheme, viewport: { width, height: 900 } });
    const { page } = operator;
    const faults: string[] = [];
    for (const [name, path] of Object.entries(addresses)) {
      await page.goto(stage.address(path));
      await page.locator("main h1, main h2").first().waitFor();
      await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
      faults.push(...(await operator.axe()).map((fault) => `${name}: ${fault}`));
      const overflow = await operator.overflow();
      if (overflow > 0) faults.push(`${name}: ${overflow} px too wide`);
    }
    expect([...faults, ...operator.complaints]).toEqual([]);
  });
});

/** What the browser says of requests that nobody answers; the dashboard cannot help it. */
const refused = /^console: Failed to load resource: net::ERR_/;

it("what cannot be had or done is told where it was wanted, loses nothing, and can be tried again", async () => {
  await using operator = await stage.signIn();
  const { page } = operator;
  const main = page.getByRole("main");
  const press = (name: string, within: Locator = main) => within.getByRole("button", { name, exact: true }).click();
  /** Does something while one method does not get through, however often it is called by itself, and reads what is said of it. */
  const fails = async (method: string, act: () => Promise<void>, title: string, calls = 1) => {
    let made = 0;
    await page.route(`**/${method}`, (route) => {
      made++;
      return route.abort("connectionrefused");
    });
    await act();
    await expect.poll(() => made).toBeGreaterThanOrEqual(calls);
    const told = main.getByRole("alert").filter({ hasText: title });
    await told.getByText("The server does not answer.").waitFor();
    expect(await operator.axe()).toEqual([]);
    await page.unroute(`**/${method}`);
  };
  const open = async (path: string) => void (await page.goto(stage.address(path)));

  // A list is read at once, and again when its stream is open.
  await fails("ListRuns", () => open("history"), "The runs could not be loaded", 2);
  await press("Try again");
  await main.getByRole("row").nth(1).waitFor();

  await page.route("**/GetRunFacets", (route) => route.abort("connectionrefused"));
  await open("history");
  await main.getByRole("row").nth(1).waitFor();
  await press("Action");
  await page.getByText("What there is to choose from could not be loaded.").waitFor();
  await page.unroute("**/GetRunFacets");
  await page.keyboard.press("Escape");
  await press("Action");
  await page.getByRole("radio").first().waitFor();

  await fails("ListKeys", () => open("settings/keys"), "Your keys could not be loaded");
  await press("Try again");
  await main.getByText("First start").waitFor();
  await main.getByLabel("What is it for?").fill(sentence.slice(0, 90));
  await fails("CreateKey", () => press("Make a key"), "The key could not be made");
  await press("Make a key");
  await main.getByText(sentence.slice(0, 90)).waitFor();
  const revoke = async () => {
    await main
      .getByRole("button", { name: /^Revoke/ })
      .first()
      .click();
    await press("Revoke", page.getByRole("dialog"));
  };
  await fails("RevokeKey", revoke, "The key could not be revoked");
  await revoke();
  await main.getByText(sentence.slice(0, 90)).waitFor({ state: "detached" });

  await fails("ListActionSettings", () => open("settings/actions"), "The actions could not be loaded");
  await press("Try again");
  await main.getByRole("link", { name: word }).first().click();
  const archive = async () => {
    await press("Archive");
    await press("Archive", page.getByRole("dialog"));
  };
  await fails("UpdateActionSettings", archive, "The setting could not be changed");

  await open("actions/plain");
  await fails("StartRun", () => press("Run"), "The action could not be started");
  await press("Run");
  const field = main.getByLabel("Why");
  await field.fill("What I have typed");
  await fails("AnswerCall", () => page.keyboard.press("Control+Enter"), "Your answer could not be sent");
  expect(await field.inputValue()).toBe("What I have typed");
  await field.press("Control+Enter");
  await main.getByText("Completed", { exact: true }).first().waitFor();

  await page.goto(`${stage.server.url}/account`);
  await main.getByLabel("Last name").fill("Lovelace");
  await fails("UpdateProfile", () => press("Save"), "Your profile could not be saved");
  await press("Save");
  await main.getByText("Saved", { exact: true }).waitFor();
  expect(operator.complaints.filter((complaint) => !refused.test(complaint))).toEqual([]);
}, 120_000);

describe("without a server", () => {
  it("every screen says so and keeps what it has, one that was not loaded yet can be, and all of it comes back", async () => {
    await using operator = await stage.signIn();
    const { page } = operator;
    const { port } = new URL(stage.server.url);
    const link = (name: string) =>
      page.getByRole("navigation", { name: "Main navigation" }).getByRole("link", { name, exact: true });
    const main = page.getByRole("main");
    await page.goto(stage.address(""));
    await main.getByRole("link", { name: word }).first().waitFor();
    for (const name of ["Queue", "History", "Organization", "Home"]) {
      await link(name).click();
      await main.getByRole("heading", { level: 1 }).waitFor();
    }
    await main.getByRole("link", { name: word }).first().waitFor();

    await stage.server.stop("SIGKILL");
    await main.getByText("Connection lost").waitFor();
    expect(await main.getByRole("link", { name: word }).count()).toBeGreaterThan(0);
    for (const name of ["Queue", "Organization"]) {
      await link(name).click();
      await main.getByRole("heading", { level: 2 }).first().waitFor();
      await main.getByText("Connection lost").waitFor();
    }
    await link("History").click();
    await main.getByText("The runs could not be loaded").waitFor();
    await main.getByText("The server does not answer. Check that it is running").waitFor();
    expect(await operator.axe()).toEqual([]);

    await link("Development").click();
    const toasts = page.getByRole("status");
    await toasts.getByText("A part of this page could not be loaded").waitFor();
    await toasts.getByRole("button", { name: "Reload" }).click();
    await toasts.getByText("The server does not answer").waitFor();
    expect(await main.getByRole("heading", { level: 1 }).innerText()).toBe("History");
    expect(await operator.axe()).toEqual([]);

    await using _server = await stage.server.startOn(port);
    await toasts.getByText("Connection is back").waitFor();
    await main.getByRole("row").nth(1).waitFor(); // the history, by itself
    await toasts.getByRole("button", { name: "Reload" }).click();
    await main.getByRole("heading", { level: 1, name: "Hosts" }).waitFor();
    await main.getByText("Online").first().waitFor();
    expect(operator.complaints.filter((complaint) => !refused.test(complaint))).toEqual([]);
  });
});
