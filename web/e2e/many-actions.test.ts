import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Stage } from "./harness/stage.ts";

const program = `
import { Action, Interval, Page } from "@interval/sdk";
const action = (n) => new Action({ name: "Action number " + n, description: "Does **thing** " + n, handler: async () => n });
const many = (from, to) => Object.fromEntries(Array.from({ length: to - from }, (_, i) => ["action_" + (from + i), action(from + i)]));
new Interval({ routes: { ...many(0, 700), below: new Page({ name: "Below", routes: many(700, 1000) }) } }).listen();
`;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
  await stage.program("many", program);
});
afterAll(() => stage?.[Symbol.asyncDispose]());

/** How long the page's own thread was at work since it was opened, in milliseconds: what others do on the machine does not count. */
async function workMeter(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
  };
}

it("a catalogue of 1,000 actions is drawn in part, and neither home nor a key in the search is much work", async () => {
  await using operator = await stage.signIn();
  const { page } = operator;
  const work = await workMeter(page);
  const beforeHome = await work();
  await page.goto(stage.address(""));
  await page.getByRole("link", { name: "Action number 0", exact: true }).waitFor();
  const home = (await work()) - beforeHome;
  const items = page.getByRole("region", { name: "Actions", exact: true }).getByRole("listitem");
  expect(await items.count()).toBeLessThan(200);

  // What is further down comes as one gets there.
  await page.getByRole("button", { name: /^Show more, \d+ left$/ }).scrollIntoViewIfNeeded();
  await page.getByRole("link", { name: "Action number 60", exact: true }).waitFor();

  await page.keyboard.press("/");
  const typed = "action 99";
  const beforeTyping = await work();
  await page.keyboard.type(typed);
  await page.getByText("19 hits").waitFor();
  const key = ((await work()) - beforeTyping) / typed.length;
  await page.getByRole("link", { name: "Action number 999", exact: true }).waitFor();

  console.log(
    `1,000 actions: ${Math.round(home)} ms of work until home is there, ${Math.round(key)} ms for a key in the search`,
  );
  // The aims are 600 and 50 ms. A crowded machine takes longer for the same work.
  expect(home).toBeLessThan(1200);
  expect(key).toBeLessThan(100);
  expect(operator.complaints).toEqual([]);
});
