import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Stage } from "./harness/stage.ts";

const program = `
import { Interval, io } from "@interval/sdk";
await new Interval({
  routes: {
    at_once: (_io, ctx) => ctx.redirect({ route: "target", params: { n: 1 } }),
    after_answer: async (_io, ctx) => {
      await io.input.text("Name");
      await ctx.redirect({ route: "target" });
    },
    nowhere: (_io, ctx) => ctx.redirect({ route: "missing/route" }),
    folder: (_io, ctx) => ctx.redirect({ route: "below" }),
    "below/action": () => "below",
    target: async () => {
      await io.display.heading("The target");
      await io.input.text("Go on");
    },
  },
}).listen();
`;

describe("a run that redirects", () => {
  const started = new AsyncDisposableStack();
  let stage: Stage;
  let page: Page;

  beforeAll(async () => {
    stage = started.use(await Stage.open());
    await stage.program("redirects", program);
    ({ page } = started.use(await stage.signIn()));
  });
  afterAll(() => started.disposeAsync());

  it("at once is followed each time, however soon it has ended", async () => {
    for (let i = 0; i < 16; i++) {
      await page.goto(stage.address("actions/at_once"));
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await page.getByRole("heading", { name: "The target" }).waitFor();
    }
  });

  it("after an answer is followed", async () => {
    await stage.run(page, "after_answer");
    await page.getByLabel("Name").fill("Ada");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { name: "The target" }).waitFor();
  });

  it("that ended before only shows where it led", async () => {
    const state = await stage.client.start("at_once");
    await page.goto(stage.address(`runs/${state.run?.id}`));
    await page.getByRole("link", { name: "target" }).waitFor();
    expect(page.url()).toContain(state.run?.id);
  });

  it("to what does not exist stays on screen and says so", async () => {
    await stage.run(page, "nowhere");
    const alert = page.getByRole("alert").filter({ hasText: "missing/route" });
    await alert.waitFor();
    expect(await alert.textContent()).toContain("cannot be opened");
    expect(page.url()).toContain("/runs/");
  });

  it("to a folder shows what is in it", async () => {
    await page.goto(stage.address("actions/folder"));
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.waitForURL(/actions\/below/);
  });
});
