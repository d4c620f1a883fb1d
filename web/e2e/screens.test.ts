import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Operator } from "./harness/browser.ts";
import { runId } from "./harness/operator-client.ts";
import { Stage } from "./harness/stage.ts";

const program = `
import { Interval, Page, io, ctx } from "@interval/sdk";
const rows = Array.from({ length: 45 }, (_, i) => ({ id: i, name: "Row " + i, amount: i * 10, at: new Date(0) }));
new Interval({
  routes: {
    everything: async () => {
      await io.group([
        io.display.heading("Everything", { description: "All that this dashboard shows." }),
        io.display.markdown("Some **bold** and a [link](https://example.com)."),
        io.display.object("Object", { data: { list: [1, 2n, null], at: new Date(0), nested: { yes: true } } }),
        io.display.table("Table", { data: rows }),
      ]);
      await ctx.log("A line in the log", 5n);
      await io.group({
        text: io.input.text("Text", { helpText: "With **help**", placeholder: "Type" }),
        lines: io.input.text("Lines", { multiline: true }).optional(),
        number: io.input.number("Number", { currency: "USD" }),
        email: io.input.email("E-mail"),
        agree: io.input.boolean("Agree"),
        single: io.select.single("Single", { options: ["One", "Two", { label: "Three", value: 3, description: "A third" }] }),
        multiple: io.select.multiple("Multiple", { options: ["Red", "Green", "Blue"] }),
        rows: io.select.table("Rows", { data: rows }),
      });
    },
    result: async () => ({ name: "Ada", amount: 12.5, big: 5n, when: new Date(0) }),
    failure: async () => { throw new TypeError("This cannot work", { cause: new Error("because of that") }); },
    question: async () => io.confirm("Really?", { helpText: "It cannot be undone." }),
    "a_rather_long_name_for_an_action_that_goes_on_and_on_until_it_wraps": async () => "done",
    group: new Page({ name: "A page", description: "With actions of its own", routes: { inner: async () => "inner" } }),
  },
}).listen();
`;

let stage: Stage;
let addresses: Record<string, string>;

beforeAll(async () => {
  stage = await Stage.open();
  await stage.program("screens", program);
  const run = async (action: string) => `/main/development/runs/${runId(await stage.client.start(action))}`;
  addresses = {
    home: "/main/development",
    page: "/main/development/actions/group",
    action: "/main/development/actions/everything",
    everything: await run("everything"),
    result: await run("result"),
    failure: await run("failure"),
    question: await run("question"),
    transcript: `${await run("failure")}/transcript`,
    history: "/main/development/history",
    empty: "/main/production",
    hosts: "/main/development/settings/hosts",
    keys: "/main/development/settings/keys",
    "set up": "/main/development/settings/setup",
    actions: "/main/development/settings/actions",
    "action settings":
      "/main/development/settings/actions/a_rather_long_name_for_an_action_that_goes_on_and_on_until_it_wraps",
    queue: "/main/development/queue",
    organization: "/main/development/settings/organization",
    "not found": "/main/development/nothing/here",
  };
});
afterAll(() => stage?.[Symbol.asyncDispose]());

/** Waits until this tab drives, which it does by itself where the tab that drove is closed. */
async function drive(page: Page): Promise<void> {
  const here = page.getByRole("button", { name: "Drive here" });
  const isDriving = async () => {
    if (await here.isVisible()) await here.click({ timeout: 1000 }).catch(() => undefined);
    return page.locator("[data-primary]").isVisible();
  };
  await expect.poll(isDriving, { timeout: 20_000 }).toBe(true);
}

describe("every screen has no WCAG, policy or console fault, and fits", () => {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1280, 390, 360]) {
      it(`${colorScheme}, ${width} px wide`, async () => {
        const viewport = { width, height: 900 };
        await using operator = await stage.signIn({ colorScheme, viewport });
        const faults: string[] = [];
        for (const [name, address] of Object.entries(addresses)) {
          await operator.page.goto(stage.server.url + address);
          await operator.page.locator("main h1, main h2").first().waitFor();
          await operator.page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
          if (name === "everything" || name === "question") await drive(operator.page);
          faults.push(...(await operator.axe()).map((fault) => `${name}: ${fault}`));
          const overflow = await operator.overflow();
          if (overflow > 0) faults.push(`${name}: ${overflow} px too wide`);
        }
        await using stranger = await Operator.open(await stage.browser(), stage.server.url, { colorScheme, viewport });
        await stranger.page.goto(`${stage.server.url}/sign-in`);
        await stranger.page.getByRole("button", { name: /sign in/i }).waitFor();
        faults.push(...(await stranger.axe()).map((fault) => `sign-in: ${fault}`));
        expect([...faults, ...operator.complaints]).toEqual([]);
      });
    }
  }
});
