import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Operator } from "./harness/browser.ts";
import { runId } from "./harness/operator-client.ts";
import { Stage } from "./harness/stage.ts";

const lineCount = 20_000;
const program = `
import { Interval, io, ctx } from "@interval/sdk";
new Interval({
  routes: {
    chatty: async () => {
      await io.input.text("Begin");
      for (let i = 1; i <= ${lineCount}; i++) await ctx.log("Line " + i);
    },
    large: async () => {
      for (let i = 1; i <= 40; i++) await ctx.log("Line " + i, "word ".repeat(20_000) + "end of " + i);
    },
  },
}).listen();
`;

let stage: Stage;
let operator: Operator;
let page: Page;
beforeAll(async () => {
  stage = await Stage.open();
  await stage.program("chatty", program);
  operator = await stage.signIn({ viewport: { width: 1280, height: 900 } });
  ({ page } = operator);
});
afterAll(async () => {
  await operator?.[Symbol.asyncDispose]();
  await stage?.[Symbol.asyncDispose]();
});

const wanted = Array.from({ length: lineCount }, (_, i) => `Line ${i + 1}`);
const log = () => page.getByRole("log");
/** The lines that are in the document. */
const drawn = () => log().locator("p > span").allInnerTexts();

/** How much more the last of some equal works cost than the first: the fastest of each, which other work on the machine disturbs least. */
function growth(spans: number[]): number {
  const some = Math.floor(spans.length / 4);
  return Math.min(...spans.slice(-some)) / Math.min(...spans.slice(0, some));
}

/** Scrolls up until there are no earlier lines. @returns how long each page took, in milliseconds */
function readBack(): Promise<number[]> {
  return log().evaluate(async (box) => {
    const frame = () => new Promise(requestAnimationFrame);
    const first = () => box.querySelector("p > span")?.textContent;
    const spans: number[] = [];
    box.scrollTop = 0;
    while (box.querySelector("button")) {
      const before = first();
      const started = performance.now();
      box.scrollTop = 0;
      while (first() === before && box.querySelector("button")) {
        await frame();
        if (performance.now() - started > 20_000) throw new Error(`Nothing comes before ${before}.`);
      }
      spans.push(performance.now() - started);
    }
    return spans;
  });
}

/** All lines that are held, as they are printed. */
async function printed(): Promise<string[]> {
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  await expect.poll(() => log().locator("p").count()).toBeGreaterThanOrEqual(lineCount);
  const lines = await log().evaluate((box) => [...box.querySelectorAll("p > span")].map((line) => line.textContent));
  await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  return lines;
}

describe(`a log of ${lineCount} lines`, () => {
  let address: string;

  it("is shown live, each line once and in order, at a cost that does not grow", async () => {
    await stage.run(page, "chatty");
    address = page.url();
    await page.evaluate(() => {
      const seen: string[] = [];
      const spans: number[] = [];
      Object.assign(globalThis, { seen, spans });
      let thousand = performance.now();
      new MutationObserver((records) => {
        for (const node of records.flatMap(({ addedNodes }) => [...addedNodes])) {
          if (!(node instanceof Element)) continue;
          for (const line of node.querySelectorAll("[role=log] p > span, :scope > span")) {
            if (!line.closest("[role=log]") || !line.textContent) continue;
            seen.push(line.textContent);
            if (seen.length % 1000 > 0) continue;
            spans.push(performance.now() - thousand);
            thousand = performance.now();
          }
        }
      }).observe(document.body, { childList: true, subtree: true });
    });
    await page.getByLabel("Begin").fill("now");
    await page.getByRole("button", { name: "Continue", exact: true }).click();
    await page.getByText("Completed", { exact: true }).waitFor();
    await expect.poll(async () => (await drawn()).at(-1)).toBe(`Line ${lineCount}`);
    const { seen, spans } = await page.evaluate(() => {
      const { seen, spans } = globalThis as unknown as { seen: string[]; spans: number[] };
      return { seen, spans };
    });
    const numbers = seen.map((line) => Number(line.slice(5)));
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(growth(spans)).toBeLessThan(3);
    expect(await log().locator("p").count()).toBeLessThan(1000);
    expect(await page.getByRole("button", { name: /^Logs/ }).innerText()).toBe("Logs\n20,000");
    console.log("live", numbers.length, spans.map(Math.round));
  });

  it("is there to its beginning, for who scrolls up", async () => {
    console.log("back", (await readBack()).map(Math.round));
    expect(await printed()).toEqual(wanted);
  });

  it("is there afterwards, the newest lines at first, at a cost that does not grow", async () => {
    await page.goto(address);
    await expect.poll(async () => (await drawn()).at(-1)).toBe(`Line ${lineCount}`);
    expect((await drawn()).length).toBeLessThan(300);
    const spans = await readBack();
    expect(spans.length).toBeGreaterThan(90);
    expect(growth(spans)).toBeLessThan(3);
    expect((await drawn()).slice(0, 3)).toEqual(wanted.slice(0, 3));
    expect(await printed()).toEqual(wanted);
    console.log("after", spans.map(Math.round));
  });

  it("is in its transcript too", async () => {
    await page.goto(`${address}/transcript`);
    await page.getByRole("button", { name: "Show all" }).click();
    const spans: number[] = [];
    const entries = page.locator("[data-entry=logged]");
    let started = performance.now();
    for (let count = 1000; count < lineCount; count += 1000) {
      await page.waitForFunction((most) => document.querySelectorAll("[data-entry=logged]").length >= most, count);
      spans.push(performance.now() - started);
      started = performance.now();
    }
    await expect.poll(() => entries.count(), { timeout: 60_000 }).toBe(lineCount);
    console.log("transcript", spans.map(Math.round));
    const lines = await page.evaluate(() =>
      [...document.querySelectorAll("[data-entry=logged] .transcript-what")].map((line) => line.textContent),
    );
    expect(lines).toEqual(wanted);
    expect(growth(spans)).toBeLessThan(3);
  }, 400_000);
});

it("of large lines the beginning is shown, and all of it on demand", async () => {
  const state = await stage.client.start("large");
  await page.goto(stage.address(`runs/${runId(state)}`));
  const last = log().locator("p").last();
  console.log(await last.innerText().then((t) => t.slice(-100)));
  await last.getByRole("button", { name: /^Show all of it \(\d+ kB\)$/ }).click();
  await expect.poll(() => last.innerText()).toMatch(/end of 40$/);
  expect((await log().locator("p").first().innerText()).length).toBeLessThan(5000);
  expect(operator.complaints).toEqual([]);
});
