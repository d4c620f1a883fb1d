import type { Page } from "playwright-core";

/** What of a component is photographed: its action in examples/gallery, and what a person has done with it by then. */
export interface Scene {
  action: string;
  act?: (page: Page) => Promise<void>;
}

const field = (page: Page, name: string) => page.getByLabel(name, { exact: true });

/** Types into the segments of a day or time. */
async function segments(page: Page, name: string, text: string): Promise<void> {
  await page.getByRole("group", { name, exact: true }).getByRole("spinbutton").first().focus();
  await page.keyboard.type(text);
}

/** The scene of each kind, in the order of the docs. */
export const scenes: Record<string, Scene> = {
  "input-text": { action: "inputs/input-text", act: (page) => field(page, "Name").fill("Ada Lovelace") },
  "input-email": { action: "inputs/input-email", act: (page) => field(page, "Copy to").fill("grace@example.com") },
  "input-number": {
    action: "inputs/input-number",
    async act(page) {
      await field(page, "Count").fill("42");
      await field(page, "Dollars").fill("1,234.50");
      await field(page, "Weight").fill("70");
    },
  },
  "input-slider": { action: "inputs/input-slider" },
  "input-url": { action: "inputs/input-url", act: (page) => field(page, "Site").fill("https://example.com/about") },
  "input-boolean": { action: "inputs/input-boolean" },
  "input-rich-text": {
    action: "inputs/input-rich-text",
    async act(page) {
      await page.getByRole("textbox", { name: "Message" }).click();
      await page.keyboard.type("Dear Ada,");
      await page.keyboard.press("Enter");
      await page.keyboard.type("your order is ");
      await page.keyboard.press("Control+b");
      await page.keyboard.type("on its way");
      await page.keyboard.press("Control+b");
      await page.keyboard.type(".");
    },
  },
  "input-date": { action: "inputs/input-date", act: (page) => segments(page, "Day", "02282026") },
  "input-time": { action: "inputs/input-time", act: (page) => segments(page, "Opens", "0930a") },
  "input-datetime": { action: "inputs/input-datetime", act: (page) => segments(page, "Starts", "070420260930a") },
  "input-file": {
    action: "inputs/input-file",
    async act(page) {
      const file = { name: "passport.png", mimeType: "image/png", buffer: Buffer.alloc(234_567) };
      await page.locator("input[type=file]").first().setInputFiles(file);
      await page.getByText("passport.png uploaded").waitFor({ state: "attached" });
    },
  },
  "input-spreadsheet": {
    action: "inputs/input-spreadsheet",
    async act(page) {
      await page.getByRole("gridcell").first().click();
      for (const [name, seats, vegetarian, arrives] of [
        ["Ada Lovelace", "2", "y", "2026-06-01"],
        ["Grace Hopper", "1", "n", "2026-06-02"],
        ["Katherine Johnson", "4", "y", ""],
      ]) {
        for (const text of [name, seats, vegetarian, arrives]) {
          await page.keyboard.type(text ?? "");
          await page.keyboard.press("Tab");
        }
      }
    },
  },
  "select-single": { action: "selects/select-single" },
  "select-multiple": {
    action: "selects/select-multiple",
    act: (page) => page.getByRole("checkbox", { name: "Olives" }).check(),
  },
  "select-table": {
    action: "selects/select-table",
    async act(page) {
      for (const name of ["Ada Lovelace", "Katherine Lovelace"]) await page.getByRole("checkbox", { name }).check();
    },
  },
  search: {
    action: "selects/search",
    async act(page) {
      await page.getByRole("combobox", { name: "Person" }).fill("hopper");
      await page.getByRole("option", { name: "Grace Hopper" }).first().waitFor();
    },
  },
  confirm: { action: "questions/confirm" },
  "display-heading": { action: "displays/display-heading" },
  "display-markdown": { action: "displays/display-markdown" },
  "display-html": { action: "displays/display-html" },
  "display-code": { action: "displays/display-code" },
  "display-object": { action: "displays/display-object" },
  "display-image": { action: "displays/display-image" },
  "display-video": {
    action: "displays/display-video",
    // Until it has played, the browser shows that it is loading.
    act: (page) =>
      page.locator("video").evaluate(async (video: HTMLVideoElement) => {
        await video.play();
        await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
        video.pause();
      }),
  },
  "display-link": { action: "displays/display-link" },
  "display-metadata": { action: "displays/display-metadata" },
  "display-table": { action: "displays/display-table" },
  "display-grid": { action: "displays/display-grid" },
  "display-chart": { action: "displays/display-chart" },
};
