import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Stage } from "./harness/stage.ts";

const program = `
import { Interval, io } from "@interval/sdk";
const people = Array.from({ length: 200 }, (_, id) => ({ id, name: "Person " + id, secret: { id } }));
const find = (query) => people.filter(({ name }) => name.toLowerCase().includes(query.toLowerCase())).slice(0, 50);
const renderResult = ({ id, name }) => ({ label: name, description: "No. " + id });
let isAway = true;
new Interval({
  routes: {
    sheet: async () => {
      const columns = { name: "string", amount: "number", paid: "boolean", due: "date?" };
      const rows = await io.input
        .spreadsheet("Invoices", { columns, defaultValue: [{ name: "First", amount: 1 }] })
        .validate((rows) => (rows.some(({ amount }) => amount > 9000) ? "That is too much." : undefined));
      return { count: rows.length, last: rows.at(-1).name, due: rows.at(-1).due?.jsDate instanceof Date };
    },
    search: async () => {
      const onSearch = async (query) => {
        if (query === "away" && isAway) {
          isAway = false;
          throw new Error("The directory is away.");
        }
        return query === "away" ? people.slice(0, 1) : find(query);
      };
      const one = await io.search("Owner", { onSearch, renderResult, initialResults: people.slice(0, 3) });
      const several = await io.search("Reviewers", { onSearch, renderResult }).multiple();
      return { one: people.indexOf(one), several: several.map((person) => people.indexOf(person)).join() };
    },
  },
}).listen();
`;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  await stage.program("sheets", program);
});
afterAll(() => stage?.[Symbol.asyncDispose]());

describe.each([
  { colorScheme: "light", width: 1280 },
  { colorScheme: "dark", width: 390 },
] as const)("($colorScheme, $width px)", ({ colorScheme, width }) => {
  const signIn = () => stage.signIn({ colorScheme, viewport: { width, height: 900 } });

  it("a sheet is pasted into, mended where it is wrong, and read by its program", async () => {
    await using operator = await signIn();
    const { page } = operator;
    await stage.run(page, "sheet");
    await page.getByRole("gridcell").nth(4).click();
    const lines = Array.from({ length: 3000 }, (_, i) => `"Name ""${i}"""\t${i === 1500 ? "some" : i}\tno\t2024-01-31`);
    await page.evaluate((text) => navigator.clipboard.writeText(text), lines.join("\n"));
    await page.keyboard.press("Control+v");
    await page.getByText("3,001 rows").waitFor();
    expect(await page.getByRole("row").count()).toBeLessThan(60);

    await page.keyboard.press("Control+Enter");
    await page.getByText("1 cell needs attention").waitFor();
    expect(await operator.axe()).toEqual([]);
    expect(await operator.overflow()).toBeLessThanOrEqual(0);
    await page.getByRole("button", { name: "Go to the next" }).click();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label")))
      .toBe("amount, row 1502");
    await page.keyboard.type("9,500");
    await page.keyboard.press("Control+Enter");
    await page.getByText("That is too much.").waitFor();
    await page.getByRole("gridcell").nth(1).click();
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+z");
    await page.getByText("1 row", { exact: true }).waitFor();
    await page.keyboard.press("Control+End");
    await page.getByRole("gridcell").nth(4).click();
    for (const [text, key] of [
      ["Typed fast", "Tab"],
      ["12.5", "Tab"],
      [" ", "Tab"],
      ["1/31/2024", "Enter"],
    ] as const) {
      await page.keyboard.type(text, { delay: 0 });
      await page.keyboard.press(key);
    }
    await page.getByText("2 rows", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Continue" }).click();
    expect(await stage.resultOf(page)).toEqual({ count: 2, last: "Typed fast", due: true });
    expect(operator.complaints).toEqual([]);
  });

  it("a search finds as one types, says what goes wrong, and is read in the transcript", async () => {
    await using operator = await signIn();
    const { page } = operator;
    await stage.run(page, "search");
    const owner = page.getByRole("combobox", { name: "Owner" });
    await owner.click();
    await expect.poll(() => page.getByRole("option").count()).toBe(3);
    await page.keyboard.type("person 17");
    await page.getByRole("option", { name: "Person 170" }).waitFor();
    expect(await operator.axe()).toEqual([]);
    await page.keyboard.press("Tab");
    expect(await owner.inputValue()).toBe("Person 17");
    await page.getByRole("button", { name: "Continue" }).click();

    const reviewers = page.getByRole("combobox", { name: "Reviewers" });
    await reviewers.fill("away");
    if (width === 1280) {
      await page.getByRole("option", { name: "The directory is away." }).waitFor();
      expect(await operator.axe()).toEqual([]);
      await page.keyboard.press("Enter");
    }
    await page.getByRole("option", { name: "Person 0" }).click();
    await reviewers.fill("person 199");
    await page.getByRole("option", { name: "Person 199" }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Continue" }).click();
    expect(await stage.resultOf(page)).toEqual({ one: 17, several: "0,199" });

    await page.reload();
    await expect.poll(() => owner.inputValue()).toBe("Person 17");
    await page.getByText("Person 199").waitFor();
    expect(await operator.overflow()).toBeLessThanOrEqual(0);
    // What the program throws is an answer with an error's status, of which browsers complain.
    expect(operator.complaints.filter((text) => !text.includes("409"))).toEqual([]);
  });
});
