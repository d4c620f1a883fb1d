import { afterAll, beforeAll, expect, it } from "vitest";
import type { Operator } from "./harness/browser.ts";
import type { TestProcess } from "./harness/process.ts";
import { Stage } from "./harness/stage.ts";

const program = `
import { ctx, Interval, io, Layout, Page } from "@interval/sdk";
const rows = Array.from({ length: 45 }, (_, n) => ({ n, name: "Row " + n }));
const later = (value, ms = 300) => () => new Promise((done) => setTimeout(() => done(value), ms));
const dot = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
let failures = 1;
new Interval({
  routes: {
    users: new Page({
      name: "Users",
      handler: () => {
        if (ctx.params.broken) throw new Error("The users are away.", { cause: new Error("connection refused") });
        return new Layout({
          title: later("45 users of " + ctx.user.firstName),
          description: "Everybody, with **" + (ctx.params.n ?? "no") + "** parameter",
          menuItems: [{ label: "Create a user", route: "users/create", params: { from: "the menu" } }],
          children: [
            io.display.table("Everybody", { data: later(rows), rowMenuItems: ({ n }) => [{ label: "Edit", route: "users/create", params: { n } }] }),
            io.display.table("Fetched", { getData: async ({ offset, pageSize }) => ({ data: rows.slice(offset, offset + pageSize), totalRecords: 45 }) }),
            io.display.chart("Broken", { kind: "pie", data: 5, x: "a", y: "b" }),
            io.display.image("A dot", { buffer: dot, alt: "A dot" }),
            io.display.object("Large", { data: { text: "x".repeat(400_000), end: "the very end" } }),
          ],
        });
      },
      routes: {
        create: async () => "created " + JSON.stringify(ctx.params, (_, v) => typeof v === "bigint" ? String(v) : v),
        deep: new Page({ name: "Deeper", routes: { dive: async () => "dived" } }),
      },
    }),
    listing: new Page({ name: "Listing", handler: () => undefined, routes: { inside: async () => "inside" } }),
    flaky: new Page({ name: "Flaky", handler: () => {
      if (failures-- > 0) throw new Error("Not yet.");
      return new Layout({ children: [io.display.markdown("It works now.")] });
    } }),
  },
}).listen();
`;

let stage: Stage;
let host: TestProcess;
let operator: Operator;

beforeAll(async () => {
  stage = await Stage.open();
  host = await stage.program("pages", program);
  operator = await stage.signIn();
});
afterAll(async () => {
  await operator?.[Symbol.asyncDispose]();
  await stage?.[Symbol.asyncDispose]();
});

it("shows a layout, its parts as they get there, and what fails in its place", async () => {
  const { page } = operator;
  await page.goto(stage.address("actions/users?n=one"));
  await page.getByRole("heading", { name: /^45 users of / }).waitFor();
  await page.getByText("Everybody, with one parameter").waitFor();
  const table = page.getByRole("table", { name: "Everybody" });
  await table.getByText("Row 0", { exact: true }).waitFor();
  await page
    .getByText(/io.display.chart/)
    .first()
    .waitFor();
  await page.getByText("the very end").scrollIntoViewIfNeeded(); // pictures are loaded where they are seen
  await page.getByRole("img", { name: "A dot" }).waitFor();
  expect(await page.getByRole("img", { name: "A dot" }).evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(1);
  await page.getByText("the very end").waitFor();
  expect(await operator.axe()).toEqual([]);
});

it("has tables that turn their pages, of data and of getData", async () => {
  const { page } = operator;
  for (const [i, name] of ["Everybody", "Fetched"].entries()) {
    await page.getByRole("button", { name: "Next page" }).nth(i).click();
    await page.getByRole("table", { name }).getByText("Row 20", { exact: true }).waitFor();
  }
});

it("leads on with typed parameters: from its menu, a row, and to what it holds", async () => {
  const { page } = operator;
  await page.goto(stage.address("actions/users"));
  await page.getByRole("link", { name: "Create a user" }).click();
  expect(await stage.resultOf(page)).toBe('created {"from":"the menu"}');
  await page.goto(stage.address("actions/users"));
  await page.getByRole("navigation", { name: "On this page" }).getByRole("link", { name: "Deeper" }).click();
  await page.getByRole("heading", { name: "Deeper" }).waitFor();
});

it("shows a failure with its causes, and opens anew when asked", async () => {
  const { page } = operator;
  await page.goto(stage.address("actions/users?broken=1"));
  await page.getByRole("heading", { name: "This page cannot be shown" }).waitFor();
  await page.getByText("The users are away.", { exact: true }).waitFor();
  await page.getByText("connection refused", { exact: true }).waitFor();
  expect(await operator.axe()).toEqual([]);
  await page.goto(stage.address("actions/flaky"));
  await page.getByText("Not yet.", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("It works now.").waitFor();
});

it("lists what it holds when its handler gives nothing", async () => {
  const { page } = operator;
  await page.goto(stage.address("actions/listing"));
  await page.getByText("Inside").waitFor();
});

it("stays on screen without its host, and opens anew with the next one", async () => {
  const { page } = operator;
  await page.goto(stage.address("actions/users"));
  const row = page.getByRole("table", { name: "Everybody" }).getByText("Row 0", { exact: true });
  await row.waitFor();
  await host.stop("SIGKILL");
  await page.getByText("No host serves this page at the moment").waitFor();
  expect(await row.isVisible()).toBe(true);
  host = await stage.program("pages-again", program);
  await page.getByText("No host serves this page at the moment").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Next page" }).nth(1).click();
  await page.getByRole("table", { name: "Fetched" }).getByText("Row 20", { exact: true }).waitFor();
});

it("fits a phone, and no browser complained", async () => {
  const { page } = operator;
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(stage.address("actions/users"));
  await page.getByRole("heading", { name: /^45 users of / }).waitFor();
  expect(await operator.overflow()).toBeLessThanOrEqual(0);
  expect(await operator.axe()).toEqual([]);
  expect(operator.complaints).toEqual([]);
});
