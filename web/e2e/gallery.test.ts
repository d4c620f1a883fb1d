import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "./harness/paths.ts";
import { tsx } from "./harness/program.ts";
import { Stage } from "./harness/stage.ts";

/** One action of the gallery: how it is answered wrongly, what is said, how it is mended, and what the program receives then. */
interface Case {
  action: string;
  wrong: (page: Page) => Promise<void>;
  says: RegExp[];
  right: (page: Page) => Promise<void>;
  received: unknown;
}

const field = (page: Page, name: string) => page.getByLabel(name, { exact: true });
const box = (page: Page, name: string) => page.getByRole("checkbox", { name });
const nothing = async () => {};

/** Types into the segments of a day or time, from the first one on. */
async function segments(page: Page, name: string, text: string): Promise<void> {
  const group = page.getByRole("group", { name, exact: true });
  await group.getByRole("spinbutton").first().focus();
  await page.keyboard.type(text);
}

const cases: Case[] = [
  {
    action: "inputs/input-text",
    async wrong(page) {
      await field(page, "Name").fill("Al");
      await field(page, "Story").fill("  ");
    },
    says: [/Enter at least 3 characters/, /This is needed/],
    async right(page) {
      await field(page, "Name").fill("Ada Lovelace");
      await field(page, "Story").fill("Two\nlines ");
    },
    received: { type: "Object", value: { name: "Ada Lovelace", story: "Two\nlines ", nickname: undefined } },
  },
  {
    action: "inputs/input-email",
    wrong: (page) => field(page, "E-mail").fill("nobody"),
    says: [/Enter an e-mail address/],
    right: (page) => field(page, "E-mail").fill("ada@example.com"),
    received: { type: "Object", value: { email: "ada@example.com", copy: undefined } },
  },
  {
    action: "inputs/input-number",
    async wrong(page) {
      await field(page, "Count").fill("2.5");
      await field(page, "Ratio").fill("7");
      await field(page, "Dollars").fill("1.234");
      await field(page, "Yen").fill("9.5");
      await field(page, "Dinars").fill("five");
    },
    says: [/Enter a whole number/, /Enter 1 or less/, /at most 2 decimal places/, /Enter a number/],
    async right(page) {
      await field(page, "Count").fill("0");
      await field(page, "Ratio").fill("-0.125");
      await field(page, "Dollars").fill("1,234.50");
      await field(page, "Yen").fill("9,500");
      await field(page, "Dinars").fill("1.234");
    },
    received: {
      type: "Object",
      value: { count: 0, ratio: -0.125, dollars: 1234.5, yen: 9500, dinars: 1.234, weight: undefined },
    },
  },
  {
    action: "inputs/input-slider",
    wrong: (page) => page.getByRole("textbox").fill("12"),
    says: [/11/],
    right: (page) => page.getByRole("textbox").fill("10.5"),
    received: { type: "number", value: 10.5 },
  },
  {
    action: "inputs/input-url",
    async wrong(page) {
      await field(page, "Site").fill("javascript:alert(1)");
      await field(page, "File").fill("https://example.com");
    },
    says: [/begins with http: or https:/, /begins with ftp: or sftp:/],
    async right(page) {
      await field(page, "Site").fill("https://example.com/a?b=c");
      await field(page, "File").fill("");
    },
    received: { type: "URL", value: "https://example.com/a?b=c", file: undefined },
  },
  {
    action: "inputs/input-boolean",
    wrong: nothing,
    says: [/Please agree/],
    async right(page) {
      await box(page, "I agree").check();
      await box(page, "Send me news").uncheck();
    },
    received: { type: "Object", value: { agree: true, news: false } },
  },
  {
    action: "inputs/input-rich-text",
    wrong: nothing,
    says: [/This is needed/],
    async right(page) {
      const editor = page.getByRole("textbox", { name: "Message" });
      await editor.click();
      await page.keyboard.press("Control+b");
      await page.keyboard.type("Dear Ada");
    },
    received: { type: "string", value: "<p><strong>Dear Ada</strong></p>" },
  },
  {
    action: "inputs/input-date",
    wrong: (page) => segments(page, "Day", "01312027"),
    says: [/2026-12-31 or earlier|or earlier/],
    right: (page) => segments(page, "Day", "02282026"),
    received: { type: "Object", value: expect.objectContaining({ year: 2026, month: 2, day: 28 }) },
  },
  {
    action: "inputs/input-time",
    wrong: (page) => segments(page, "Opens", "0559a"),
    says: [/06:00 or later|or later/],
    right: (page) => segments(page, "Opens", "1200p"),
    received: {
      type: "Object",
      value: { opens: { hour: 12, minute: 0, isoTime: "12:00" }, closes: { hour: 0, minute: 0, isoTime: "00:00" } },
    },
  },
  {
    action: "inputs/input-file",
    wrong: (page) =>
      page
        .locator("input[type=file]")
        .first()
        .setInputFiles({ name: "a.pdf", mimeType: "application/pdf", buffer: Buffer.from("x") }),
    says: [/Choose a file that ends with .png, .txt/],
    async right(page) {
      const buffer = Buffer.from("Hello, Ada");
      await page.locator("input[type=file]").first().setInputFiles({ name: "a.txt", mimeType: "text/plain", buffer });
      await page.getByText("a.txt uploaded").waitFor({ state: "attached" });
    },
    received: {
      name: "a.txt",
      type: "text/plain",
      size: 10,
      extension: "txt",
      sha256: createHash("sha256").update("Hello, Ada").digest("hex"),
      others: undefined,
    },
  },
  {
    action: "inputs/input-spreadsheet",
    async wrong(page) {
      await page.getByRole("gridcell").first().click();
      await page.keyboard.type("Ada");
      await page.keyboard.press("Tab");
      await page.keyboard.type("two");
      await page.keyboard.press("Enter");
    },
    says: [/1 cell needs attention|Enter a number/],
    async right(page) {
      await page.getByRole("gridcell").nth(1).click();
      await page.keyboard.type("2");
      await page.keyboard.press("Enter");
    },
    received: {
      type: "array of 1",
      value: [expect.objectContaining({ name: "Ada", seats: 2 })],
    },
  },
  {
    action: "selects/select-single",
    wrong: nothing,
    says: [/This is needed/],
    async right(page) {
      await page.getByRole("radio", { name: "0", exact: true }).check();
      await page.getByRole("radio", { name: /Company/ }).check();
    },
    received: {
      type: "Object",
      value: {
        plan: { label: "Company", value: "company", description: "For everybody", seats: 5000 },
        number: 0,
        color: undefined,
        person: undefined,
      },
    },
  },
  {
    action: "selects/select-multiple",
    async wrong(page) {
      for (const name of ["Cheese", "Olives", "Chilli"]) await box(page, name).check();
    },
    says: [/Choose at most 2/],
    right: (page) => box(page, "Cheese").uncheck(),
    received: { type: "array of 2", value: ["Olives", { label: "Chilli", value: "chilli", description: "Hot" }] },
  },
  {
    action: "selects/select-table",
    wrong: (page) => box(page, "Ada Lovelace").check(),
    says: [/at least 2/],
    async right(page) {
      await page.getByRole("searchbox").fill("Katherine Lovelace");
      await expect.poll(() => page.getByRole("row").count()).toBe(4);
      await page.getByRole("checkbox", { name: /Katherine Lovelace$/ }).check();
    },
    received: { count: 2, names: "Ada Lovelace, Katherine Lovelace" },
  },
  {
    action: "selects/search",
    wrong: nothing,
    says: [/This is needed/],
    async right(page) {
      await page.getByRole("combobox", { name: "Person" }).fill("Grace Hopper");
      await page.getByRole("option", { name: "Grace Hopper" }).first().click();
    },
    received: { type: "Object", value: expect.objectContaining({ id: 12, name: "Grace Hopper" }) },
  },
];

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  await stage.host(join(root, "examples/gallery"), [tsx, "index.ts"]);
});
afterAll(() => stage?.[Symbol.asyncDispose]());

describe("an answer is refused where it is wrong, and received with its value and type where it is right", () => {
  it.each(cases)("$action", async ({ action, wrong, says, right, received }) => {
    await using operator = await stage.signIn();
    const { page } = operator;
    await stage.run(page, action);
    await page.getByRole("button", { name: "Continue" }).waitFor();
    await wrong(page);
    await page.keyboard.press("Control+Enter");
    for (const text of says) await page.locator(".text-error").getByText(text).first().waitFor();
    expect(await operator.axe()).toEqual([]);
    await right(page);
    await page.keyboard.press("Control+Enter");
    expect(await stage.resultOf(page)).toEqual(received);
    expect(operator.complaints).toEqual([]);
  });
});

describe.each(["UTC", "America/New_York", "Australia/Adelaide"])("in %s", (timezoneId) => {
  it("a day and time are received as the operator's clock says them", async () => {
    await using operator = await stage.signIn({ timezoneId });
    const { page } = operator;
    await stage.run(page, "inputs/input-datetime");
    await segments(page, "Starts", "070420261200a");
    await page.keyboard.press("Control+Enter");
    const offset = { UTC: 0, "America/New_York": 4, "Australia/Adelaide": -9.5 }[timezoneId] ?? 0;
    expect(await stage.resultOf(page)).toEqual({
      type: "Object",
      value: expect.objectContaining({
        year: 2026,
        month: 7,
        day: 4,
        hour: 0,
        minute: 0,
        timeZone: timezoneId,
        instant: new Date(Date.UTC(2026, 6, 4) + offset * 3_600_000),
      }),
    });
  });
});

it("a yes or no is received as such", async () => {
  await using operator = await stage.signIn();
  for (const [button, value] of [
    ["Confirm", true],
    ["Cancel", false],
  ] as const) {
    await stage.run(operator.page, "questions/confirm");
    await operator.page.getByRole("button", { name: button, exact: true }).click();
    expect(await stage.resultOf(operator.page)).toEqual({ type: "boolean", value });
  }
});

describe.each([
  { colorScheme: "light", width: 1280 },
  { colorScheme: "dark", width: 1280 },
  { colorScheme: "light", width: 390 },
  { colorScheme: "dark", width: 390 },
] as const)("every component ($colorScheme, $width px)", ({ colorScheme, width }) => {
  it("has no WCAG, policy or console fault, and fits", async () => {
    await using operator = await stage.signIn({ colorScheme, viewport: { width, height: 900 } });
    const { page } = operator;
    await stage.run(page, "everything");
    await page.getByRole("button", { name: "Continue" }).waitFor();
    await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
    expect([...(await operator.axe()), ...operator.complaints]).toEqual([]);
    expect(await operator.overflow()).toBeLessThanOrEqual(0);
  });
});
