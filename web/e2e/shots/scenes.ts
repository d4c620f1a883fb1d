import type { Page } from "playwright-core";

const field = (page: Page, name: string) => page.getByLabel(name, { exact: true });

/** Types into the segments of a day or time. */
async function segments(page: Page, name: string, text: string): Promise<void> {
  await page.getByRole("group", { name, exact: true }).getByRole("spinbutton").first().focus();
  await page.keyboard.type(text);
}

/** What a person has done with a component before it is photographed, by its name; the others are as they come. */
export const scenes: Record<string, (page: Page) => Promise<void>> = {
  "input-text": (page) => field(page, "Name").fill("Ada Lovelace"),
  "input-email": (page) => field(page, "Copy to").fill("grace@example.com"),
  async "input-number"(page) {
    await field(page, "Count").fill("42");
    await field(page, "Dollars").fill("1,234.50");
    await field(page, "Weight").fill("70");
  },
  "input-url": (page) => field(page, "Site").fill("https://example.com/about"),
  async "input-rich-text"(page) {
    await page.getByRole("textbox", { name: "Message" }).click();
    await page.keyboard.type("Dear Ada,");
    await page.keyboard.press("Enter");
    await page.keyboard.type("your order is ");
    await page.keyboard.press("Control+b");
    await page.keyboard.type("on its way");
    await page.keyboard.press("Control+b");
    await page.keyboard.type(".");
  },
  "input-date": (page) => segments(page, "Day", "02282026"),
  "input-time": (page) => segments(page, "Opens", "0930a"),
  "input-datetime": (page) => segments(page, "Starts", "070420260930a"),
  async "input-file"(page) {
    const file = { name: "passport.png", mimeType: "image/png", buffer: Buffer.alloc(234_567) };
    await page.locator("input[type=file]").first().setInputFiles(file);
    await page.getByText("passport.png uploaded").waitFor({ state: "attached" });
  },
  async "input-spreadsheet"(page) {
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
  "select-multiple": (page) => page.getByRole("checkbox", { name: "Olives" }).check(),
  async "select-table"(page) {
    for (const name of ["Ada Lovelace", "Katherine Lovelace"]) await page.getByRole("checkbox", { name }).check();
  },
  async search(page) {
    await page.getByRole("combobox", { name: "Person" }).fill("hopper");
    await page.getByRole("option", { name: "Grace Hopper" }).first().waitFor();
  },
  // Until it has played, the browser shows that it is loading.
  "display-video": (page) =>
    page.locator("video").evaluate(async (video: HTMLVideoElement) => {
      await video.play();
      await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
      video.pause();
    }),
};
