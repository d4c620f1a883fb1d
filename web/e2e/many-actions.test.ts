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

it("a catalogue of 1,000 actions is drawn in part, and a key in the search takes less than 50 ms", async () => {
  await using operator = await stage.signIn();
  const { page } = operator;
  await page.goto(stage.address(""));
  await page.getByRole("link", { name: "Action number 0", exact: true }).waitFor();
  const items = page.getByRole("region", { name: "Actions", exact: true }).getByRole("listitem");
  expect(await items.count()).toBeLessThan(200);

  // What is further down comes as one gets there, also with the keyboard alone.
  await page.getByRole("button", { name: /^Show more, \d+ left$/ }).scrollIntoViewIfNeeded();
  await page.getByRole("link", { name: "Action number 100", exact: true }).waitFor();

  await page.keyboard.press("/");
  const times: number[] = [];
  for (const key of "action 99") {
    const painted = page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          addEventListener(
            "keydown",
            () => {
              const began = performance.now();
              // After the frame that shows the hits.
              requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
            },
            { once: true, capture: true },
          );
        }),
    );
    await page.evaluate(() => undefined); // the listener is there
    await page.keyboard.press(key);
    times.push(await painted);
  }
  await page.getByText("19 hits").waitFor();
  await page.getByRole("link", { name: "Action number 999", exact: true }).waitFor();
  const sorted = times.toSorted((a, b) => a - b);
  console.log(`search: ${times.map(Math.round).join(", ")} ms a key`);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(50);
  expect(operator.complaints).toEqual([]);
});
