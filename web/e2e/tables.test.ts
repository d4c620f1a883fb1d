import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestProcess } from "./harness/process.ts";
import { Stage } from "./harness/stage.ts";

const program = `
import { Interval, io } from "@interval/sdk";
const rows = Array.from({ length: 100_000 }, (_, id) => ({
  id,
  name: (id % 10 === 0 ? "Pear " : "Apple ") + id,
  price: (id * 7919) % 100_000,
  note: id === 1 ? '=HYPERLINK("http://example.com")' : id === 2 ? "-5" : "plain",
}));
const getData = async ({ queryTerm, sortColumn, sortDirection, offset, pageSize }) => {
  const term = (queryTerm ?? "").toLowerCase();
  const found = term ? rows.filter(({ name }) => name.toLowerCase().includes(term)) : sortColumn ? [...rows] : rows;
  if (sortColumn) found.sort((a, b) => (a[sortColumn] < b[sortColumn] ? -1 : 1) * (sortDirection === "desc" ? -1 : 1));
  return { data: found.slice(offset, offset + pageSize), totalRecords: found.length };
};
const told = (chosen) => {
  const ids = chosen.map(({ id }) => id);
  const isVery = chosen.every((row) => rows[row.id] === row);
  return { count: ids.length, first: ids.slice(0, 4).join(" "), last: ids.at(-1), isInOrder: ids.every((id, i) => i === 0 || ids[i - 1] < id), isVery };
};
let failures = 1;
new Interval({
  routes: {
    data: async () => told(await io.select.table("Fruit", { data: rows })),
    fetched: async () => told(await io.select.table("Fruit", { getData })),
    shown: async () => {
      await io.display.table("Of data", { data: rows });
      await io.display.table("Fetched", { getData });
      return "done";
    },
    flaky: () => io.display.table("Flaky", {
      getData: async (state) => {
        if (state.offset > 0 && failures-- > 0) throw new Error("The database is away.");
        return getData(state);
      },
    }).withChoices(["Enough"]),
    slow: () => io.display.table("Slow", {
      getData: async (state) => {
        if (state.queryTerm === "pear") {
          await new Promise((done) => setTimeout(done, 1500));
          console.log("the slow answer is there");
        }
        return getData(state);
      },
    }).withChoices(["Enough"]),
  },
}).listen();
`;

let stage: Stage;
let host: TestProcess;

beforeAll(async () => {
  stage = await Stage.open();
  host = await stage.program("tables", program);
});
afterAll(() => stage?.[Symbol.asyncDispose]());

/** Starts an action and waits for a table. */
async function open(page: Page, action: string, table: string): Promise<void> {
  await stage.run(page, action);
  await page.getByRole("table", { name: table }).locator("tbody tr").first().waitFor();
}

function cell(page: Page, table: string, row: number, column: number) {
  return page.getByRole("table", { name: table }).locator("tbody tr").nth(row).locator("td").nth(column);
}

/** Waits until a cell says something. */
async function says(page: Page, table: string, at: [row: number, column: number], text: string): Promise<void> {
  await cell(page, table, ...at)
    .filter({ hasText: new RegExp(`^\\s*${text}\\s*$`) })
    .waitFor();
}

/** What the action returned, by name. */
async function returned(page: Page): Promise<Record<string, string>> {
  await page.getByText("isVery").waitFor();
  const pairs = await page
    .locator("dl > div, dl")
    .evaluateAll((lists) =>
      lists.flatMap((list) =>
        [...list.querySelectorAll("dt")].map((name) => [
          name.textContent?.trim(),
          name.nextElementSibling?.textContent?.trim(),
        ]),
      ),
    );
  return Object.fromEntries(pairs);
}

describe.each([
  ["data", "rows in memory"],
  ["fetched", "rows that are fetched"],
])("100,000 rows over %s", (action) => {
  it("are paged, ordered and filtered; all of a filter but two arrive in the action", async () => {
    await using operator = await stage.signIn();
    const { page } = operator;
    await open(page, action, "Fruit");
    await page.getByText("1 – 20 of 100,000").waitFor();
    await page.getByRole("button", { name: "Next page" }).click();
    await says(page, "Fruit", [0, 1], "20");
    await page.getByRole("button", { name: "price" }).click();
    await says(page, "Fruit", [1, 3], "1");
    await page.getByRole("button", { name: "price" }).click();
    await says(page, "Fruit", [0, 3], "99,999");
    expect(await page.getByRole("columnheader", { name: "price" }).getAttribute("aria-sort")).toBe("descending");
    await page.getByRole("button", { name: "price" }).click();

    await page.getByLabel("Filter Fruit").fill("PEAR");
    await page.getByText("1 – 20 of 10,000", { exact: true }).waitFor();
    expect(await page.getByRole("table", { name: "Fruit" }).locator("tbody tr").count()).toBe(20);
    await page.getByLabel("Select all rows on this page").check();
    await page.getByRole("button", { name: "Select all 10,000" }).click();
    await page.getByLabel("Select 10", { exact: true }).uncheck();
    await page.getByRole("button", { name: "Next page" }).click();
    await page.getByLabel("Select 210", { exact: true }).uncheck();
    await page.getByText("9,998 selected").waitFor();
    await page.keyboard.press("Control+Enter");
    expect(await returned(page)).toMatchObject({
      count: "9,998",
      first: "0 20 30 40",
      last: "99,990",
      isInOrder: "true",
      isVery: "true",
    });
    expect(operator.complaints).toEqual([]);
  });

  it("are selected from one to another with Shift, also over pages and orders, and come in their own order", async () => {
    await using operator = await stage.signIn();
    const { page } = operator;
    await open(page, action, "Fruit");
    await page.getByLabel("Select 5", { exact: true }).check();
    await page.getByLabel("Select 8", { exact: true }).click({ modifiers: ["Shift"] });
    await page.getByText("4 selected").waitFor();
    await page.getByRole("button", { name: "Next page" }).click();
    await cell(page, "Fruit", 0, 2).filter({ hasText: "Pear 20" }).click();
    await page.getByText("5 selected").waitFor();
    await page.getByRole("button", { name: "Previous page" }).click();
    await page.getByLabel("Select 6", { exact: true }).uncheck();
    await page.getByRole("button", { name: "Continue" }).click();
    expect(await returned(page)).toMatchObject({ count: "4", first: "5 7 8 20", isInOrder: "true", isVery: "true" });
  });

  it("are saved as a file that holds values, quoted, and no formula", async () => {
    await using operator = await stage.signIn({ acceptDownloads: true });
    const { page } = operator;
    await open(page, action, "Fruit");
    const started = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download Fruit as CSV" }).click();
    const download = await started;
    expect(download.suggestedFilename()).toBe("Fruit.csv");
    const lines = (await readFile(await download.path(), "utf8")).split("\r\n");
    expect(lines).toHaveLength(100_002);
    expect(lines.slice(0, 4)).toEqual([
      '\ufeff"id","name","price","note"',
      '"0","Pear 0","0","plain"',
      `"1","Apple 1","7919","'=HYPERLINK(""http://example.com"")"`,
      '"2","Apple 2","15838","-5"',
    ]);
    expect(lines.at(-2)).toBe('"99999","Apple 99999","92081","plain"');
    await page.getByLabel("Filter Fruit").fill("pear 9999");
    await page.getByText("1 – 1 of 1").waitFor();
    const second = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download Fruit as CSV" }).click();
    const filtered = await readFile(await (await second).path(), "utf8");
    expect(filtered).toBe('\ufeff"id","name","price","note"\r\n"99990","Pear 99990","20810","plain"\r\n');
    expect(operator.complaints).toEqual([]);
  });
});

it("an error of getData is shown in its place, and the page can be asked for again", async () => {
  await using operator = await stage.signIn();
  const { page } = operator;
  await open(page, "flaky", "Flaky");
  await page.getByRole("button", { name: "Next page" }).click();
  await page.getByRole("alert").filter({ hasText: "The database is away." }).waitFor();
  await says(page, "Flaky", [0, 0], "0");
  await page.getByRole("button", { name: "Try again" }).click();
  await says(page, "Flaky", [0, 0], "20");
  expect(await page.getByRole("alert").count()).toBe(0);
});

it("a slow answer does not take the place of a later one", async () => {
  await using operator = await stage.signIn();
  const { page } = operator;
  await open(page, "slow", "Slow");
  const asked = page.waitForRequest((request) => request.url().includes("/Fetch"));
  await page.getByLabel("Filter Slow").fill("pear");
  await asked;
  await page.getByLabel("Filter Slow").fill("apple 7");
  await says(page, "Slow", [0, 1], "Apple 7");
  await host.printed(/the slow answer is there/);
  await says(page, "Slow", [0, 1], "Apple 7");
  expect(await page.getByLabel("Filter Slow").inputValue()).toBe("apple 7");
});

it("tables go on working after the end of their run, until their host is gone", async () => {
  await using operator = await stage.signIn();
  const { page } = operator;
  await open(page, "shown", "Fetched");
  await page.getByText("Succeeded").waitFor();
  for (const table of ["Of data", "Fetched"]) {
    await page.getByLabel(`Filter ${table}`).fill("pear 12");
    await says(page, table, [0, 1], "Pear 120");
  }
  await page.reload();
  const next = () => page.getByRole("button", { name: "Next page" });
  await next().first().click();
  await says(page, "Of data", [0, 0], "20");
  await host.stop("SIGKILL");
  await next().last().click();
  await page.getByText("No longer live: this is what was last shown.").waitFor();
  await says(page, "Fetched", [0, 0], "0");
  expect(await page.getByLabel("Filter Fetched").count()).toBe(0);
  host = await stage.program("tables", program);
});

describe("every form of a table has no WCAG or policy fault, and fits", () => {
  for (const [colorScheme, width] of [
    ["light", 1280],
    ["dark", 390],
  ] as const) {
    it(`${colorScheme}, ${width} px wide`, async () => {
      await using operator = await stage.signIn({ colorScheme, viewport: { width, height: 900 } });
      const { page } = operator;
      await open(page, "fetched", "Fruit");
      await page.getByLabel("Filter Fruit").fill("pear");
      await page.getByText("1 – 20 of 10,000", { exact: true }).waitFor();
      await page.getByLabel("Select all rows on this page").check();
      expect(await operator.axe()).toEqual([]);
      expect(await operator.overflow()).toBeLessThanOrEqual(0);
      expect(operator.complaints).toEqual([]);
    });
  }
});
