// Takes the pictures of docs/components.md: every component on a real screen, light and dark, wide and narrow.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { root } from "../harness/paths.ts";
import { tsx } from "../harness/program.ts";
import { Stage } from "../harness/stage.ts";
import { type GalleryKind, galleryKinds } from "./kinds.ts";
import { scenes } from "./scenes.ts";

const directory = process.env.SHOTS_DIRECTORY ?? join(root, "docs/components");
/** What is taller is cut off. */
const tallest = 900;

const forms = [
  { colorScheme: "light", width: 1280 },
  { colorScheme: "dark", width: 1280 },
  { colorScheme: "light", width: 390 },
  { colorScheme: "dark", width: 390 },
] as const;

/** Waits until all is loaded and at rest. */
async function settled(page: Page): Promise<void> {
  await page.locator("main [data-fields] > *").first().waitFor();
  await page.waitForFunction(() => {
    const busy = document.querySelector("main [aria-busy=true]");
    const images = [...document.images].every((image) => image.complete);
    return !busy && images;
  });
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => 0))),
  );
}

/** The component on its page, with what hangs over it such as an open list. */
async function photograph(page: Page): Promise<Buffer> {
  const margin = 24;
  const { top, bottom, left, right } = await page.evaluate(() => {
    const shown = [...document.querySelectorAll("main li:has([data-fields]), [data-reka-popper-content-wrapper] > *")];
    const boxes = shown.map((element) => element.getBoundingClientRect());
    return {
      top: Math.min(...boxes.map(({ top }) => top)) + window.scrollY,
      bottom: Math.max(...boxes.map(({ bottom }) => bottom)) + window.scrollY,
      left: Math.min(...boxes.map(({ left }) => left)),
      right: Math.max(...boxes.map(({ right }) => right)),
    };
  });
  const x = Math.max(0, left - margin);
  const y = Math.max(0, top - margin);
  const width = Math.min(page.viewportSize()?.width ?? 0, right + margin) - x;
  const clip = { x, y, width, height: Math.min(tallest, bottom + margin - y) };
  return page.screenshot({ clip, fullPage: true, animations: "disabled", caret: "hide" });
}

async function take(stage: Stage, page: Page, { name, action }: GalleryKind): Promise<number> {
  await page.setViewportSize({ width: 1280, height: 900 });
  await stage.run(page, action);
  await settled(page);
  await scenes[name]?.(page);
  let bytes = 0;
  for (const { colorScheme, width } of forms) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await settled(page);
    const picture = await photograph(page);
    await writeFile(join(directory, `${name}-${colorScheme}-${width}.png`), picture);
    bytes += picture.length;
  }
  return bytes;
}

const wanted = process.argv.slice(2);
const kinds = galleryKinds();
for (const name of wanted) {
  if (!kinds.some((kind) => kind.name === name)) throw new Error(`There is no examples/gallery/routes/*/${name}.ts.`);
}

await mkdir(directory, { recursive: true });
await using stage = await Stage.open();
await stage.host(join(root, "examples/gallery"), [tsx, "index.ts"]);
await using operator = await stage.signIn();
let total = 0;
for (const kind of kinds) {
  if (wanted.length > 0 && !wanted.includes(kind.name)) continue;
  const bytes = await take(stage, operator.page, kind);
  total += bytes;
  console.log(`${kind.name}: ${(bytes / 1024).toFixed(0)} kB`);
}
console.log(`${(total / 1024).toFixed(0)} kB in all`);
