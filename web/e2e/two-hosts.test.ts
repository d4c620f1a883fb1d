import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Stage } from "./harness/stage.ts";

const host = (routes: string) => `
import { Interval, io, ctx } from "@interval/sdk";
const answers = async () => {
  const first = await io.input.text("First");
  await ctx.log("first was " + first);
  const second = await io.input.text("Second");
  const third = await io.input.text("Third");
  return first + ", " + second + ", " + third;
};
const interval = new Interval({ routes: { ${routes} } });
interval.listen();
`;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  for (const routes of ["apples: answers, pears: answers", "plums: answers"])
    await stage.program("fruit", host(routes));
});
afterAll(() => stage?.[Symbol.asyncDispose]());

async function answer(page: Page, label: string, value: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).last().fill(value);
  await page.keyboard.press("Control+Enter");
}

it("three open runs of two hosts, each page reloaded in the middle: nothing is lost or doubled", async () => {
  await using operator = await stage.signIn();
  const pages = new Map<string, Page>();
  for (const name of ["Apples", "Pears", "Plums"]) {
    const page = pages.size === 0 ? operator.page : await operator.newTab();
    await page.goto(`${stage.server.url}/main/development`);
    await page
      .getByRole("link", { name, exact: true })
      .or(page.getByRole("button", { name, exact: true }))
      .first()
      .click();
    await page.getByLabel("First", { exact: true }).waitFor();
    pages.set(name, page);
  }
  for (const [name, page] of pages) {
    await answer(page, "First", `${name} 1`);
    await page.getByLabel("Second", { exact: true }).waitFor();
  }
  for (const [name, page] of pages) {
    await page.getByLabel("Second", { exact: true }).fill(`${name} 2`);
    await page.reload();
    const second = page.getByLabel("Second", { exact: true });
    await second.waitFor();
    expect(await second.inputValue(), "what was typed comes back").toBe(`${name} 2`);
    expect(await page.getByLabel("First", { exact: true }).count()).toBe(1);
    await second.focus();
    await page.keyboard.press("Control+Enter");
    await page.getByLabel("Third", { exact: true }).waitFor();
  }
  for (const [name, page] of pages) {
    await page.reload();
    await page.getByLabel("Third", { exact: true }).waitFor();
    await answer(page, "Third", `${name} 3`);
    await page.getByText(`${name} 1, ${name} 2, ${name} 3`, { exact: true }).waitFor();
    for (const label of ["First", "Second", "Third"]) {
      expect(await page.getByLabel(label, { exact: true }).count(), `${label} is shown once`).toBe(1);
    }
    expect(await page.getByText(`first was ${name} 1`).count()).toBeLessThanOrEqual(1);
  }
  expect(operator.complaints).toEqual([]);
});
