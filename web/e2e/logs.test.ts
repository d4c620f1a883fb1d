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
      const watched = { disorders: 0, spans: [] as number[], most: 0 };
      Object.assign(globalThis, { watched });
      let started = performance.now();
      const look = () => {
        const lines = [...document.querySelectorAll("[role=log] p > span")].map((line) => line.textContent ?? "");
        const numbers = lines.map((line) => Number(line.slice(5)));
        watched.disorders += numbers.filter((n, i) => i > 0 && n <= (numbers[i - 1] ?? 0)).length;
        watched.most = Math.max(watched.most, numbers.length);
        if ((numbers.at(-1) ?? 0) < 1000 * (watched.spans.length + 1)) return;
        watched.spans.push(performance.now() - started);
        started = performance.now();
      };
      new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
    });
    await page.getByLabel("Begin").fill("now");
    await page.getByRole("button", { name: "Continue", exact: true }).click();
    await page.getByText("Completed", { exact: true }).waitFor();
    await expect.poll(async () => (await drawn()).at(-1)).toBe(`Line ${lineCount}`);
    const { disorders, spans, most } = await page.evaluate(() => {
      const { watched } = globalThis as unknown as {
        watched: { disorders: number; spans: number[]; most: number };
      };
      return watched;
    });
    expect(disorders).toBe(0); // no line is there twice, and none before an earlier one
    expect(growth(spans)).toBeLessThan(3);
    expect(most).toBeLessThan(2200); // no more are held of 20,000
    expect(await log().locator("p").count()).toBeLessThan(1000);
    expect(await page.getByRole("button", { name: /^Logs/ }).innerText()).toBe("Logs\n20,000");
  });

  it("is there to its beginning, for who scrolls up", async () => {
    await readBack();
    expect(await printed()).toEqual(wanted);
  });

  it("is there afterwards, the newest lines at first, at a cost that does not grow", async () => {
    await page.goto(address);
    await expect.poll(async () => (await drawn()).at(-1)).toBe(`Line ${lineCount}`);
    expect((await drawn()).length).toBeLessThan(300);
    const spans = await readBack();
    expect(spans.length).toBeGreaterThan(90);
    expect(growth(spans)).toBeLessThan(3);
    expect(await printed()).toEqual(wanted);
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
  await last.getByRole("button", { name: /^Show the whole line \(.*KiB\)$/ }).click();
  await expect.poll(() => last.innerText()).toMatch(/end of 40$/);
  expect((await log().locator("p").first().innerText()).length).toBeLessThan(5000);
  expect(operator.complaints).toEqual([]);
});
