import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fromJsonString } from "@bufbuild/protobuf";
import { foldRun, RunStatus, TranscriptSchema } from "@interval/proto";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Operator } from "./harness/browser.ts";
import { OperatorClient, runId } from "./harness/operator-client.ts";
import { root } from "./harness/paths.ts";
import { output } from "./harness/process.ts";
import { Stage } from "./harness/stage.ts";

const program = `
import { Interval, io, ctx } from "@interval/sdk";
new Interval({
  routes: {
    refund: async () => {
      await ctx.log("Looking up customers", { month: 11 });
      const customer = await io.input.text("Customer").validate((name) => (name === "Eve" ? "Eve is blocked." : undefined));
      await ctx.loading.start("Asking the bank");
      const note = await io.input.text("Note");
      return { customer, note };
    },
    failure: async () => { throw new TypeError("This cannot work", { cause: new Error("because of that") }); },
    long: async () => {
      for (let i = 1; i <= 1500; i++) ctx.log("Line " + i + (i === 1500 ? " " + "word".repeat(200) : ""));
    },
  },
}).listen();
`;

let stage: Stage;
let client: OperatorClient;
let ada: Operator;
let grace: Operator;
let env: Record<string, string>;

beforeAll(async () => {
  stage = await Stage.open();
  const key = await stage.server.programKey("production");
  env = { ...stage.env, INTERVAL_API_KEY: key };
  client = new OperatorClient(stage.server.url, key);
  await stage.program("refund", program, { INTERVAL_API_KEY: await stage.server.createKey("production") });
  const person = async (name: string, role: string, options: object) =>
    stage.signIn({
      link: await stage.server.createUser(`${name}@example.com`, role, "--first-name", name),
      acceptDownloads: true,
      ...options,
    });
  ada = await person("Ada", "member", { viewport: { width: 390, height: 800 }, colorScheme: "dark" });
  grace = await person("Grace", "admin", { viewport: { width: 1280, height: 900 } });
});
afterAll(async () => {
  await ada?.[Symbol.asyncDispose]();
  await grace?.[Symbol.asyncDispose]();
  await stage?.[Symbol.asyncDispose]();
});

const address = (path: string) => `${stage.server.url}/main/production/${path}`;
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).press("Enter");
const follow = (page: Page, name: string) => page.getByRole("link", { name, exact: true }).press("Enter");
const entries = (page: Page, kind = "") => page.locator(kind ? `[data-entry=${kind}]` : "[data-entry]");
const what = (page: Page, kind: string) => entries(page, kind).locator(".transcript-what").allInnerTexts();

async function run(page: Page, action: string): Promise<string> {
  await page.goto(address(`actions/${action}`));
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.waitForURL(/\/runs\//);
  return page.url().split("/").at(-1) ?? "";
}

describe("a run of two people", () => {
  let id: string;

  it("goes on while its transcript is looked at, and what was typed and not sent is nobody's to see there", async () => {
    const { page } = ada;
    id = await run(page, "refund");
    await page.getByLabel("Customer").fill("Ev");
    await follow(page, "Transcript");
    await page.waitForURL(/\/transcript$/);
    await entries(page, "called").waitFor();
    expect(await page.title()).toBe("Transcript of Refund · Interval");
    expect(await what(page, "called")).toEqual([expect.stringMatching(/^Asked: Customer\s+Waiting for an answer\./)]);
    const shown = entries(page, "called").getByLabel("Customer");
    expect([await shown.inputValue(), await shown.isDisabled()]).toEqual(["", true]);
    await follow(page, "Run");
    expect(await page.getByLabel("Customer").inputValue()).toBe("Ev");
    await page.getByLabel("Customer").fill("Eve");
    await press(page, "Continue");
    await page.getByText("Eve is blocked.").waitFor();
    await page.getByLabel("Customer").fill("Bob");
    await press(page, "Continue");
    await page.getByLabel("Note").waitFor();
  });

  it("is told live to who has its transcript open", async () => {
    const { page } = grace;
    await page.goto(address(`runs/${id}/transcript`));
    await entries(page, "called").nth(1).waitFor();
    expect(await what(page, "submitted")).toEqual([
      expect.stringMatching(/^Ada answered\s+Refused by the action.*Eve is blocked\./s),
      expect.stringMatching(/^Ada answered/),
    ]);
    const given = entries(page, "submitted").getByLabel("Customer");
    expect(await given.evaluateAll((all) => all.map((field) => (field as HTMLInputElement).value))).toEqual([
      "Eve",
      "Bob",
    ]);

    await press(page, "Ask to drive");
    await press(ada.page, "Hand over");
    await entries(page, "driverChanged").waitFor();
    await follow(page, "Run");
    await page.getByLabel("Note").fill("by Grace");
    await press(page, "Continue");
    await page.getByText("Completed", { exact: true }).waitFor();
    await follow(page, "Transcript");
    await entries(page, "finished").waitFor();
    expect(await what(page, "handoverRequested")).toEqual(["Grace asked to drive"]);
    expect(await what(page, "handoverEnded")).toEqual(["Ada handed the run over"]);
    expect(await what(page, "driverChanged")).toEqual(["Grace drives the run"]);
    expect(await what(page, "logged")).toEqual(['Looking up customers {"month":11}']);
    expect(await what(page, "loading")).toEqual([expect.stringMatching(/^Asking the bank\s*· \d+ sec/)]);
    expect((await what(page, "submitted")).at(-1)).toMatch(/^Grace answered/);
    expect(await what(page, "finished")).toEqual([
      expect.stringMatching(/^Completed\s+customer\s+Bob\s+note\s+by Grace/),
    ]);

    const { events } = await (await grace.client(stage.server.url)).runs.listEvents({ runId: id });
    const submitted = events.filter(({ kind }) => kind.case === "submitted");
    const times = await entries(page, "submitted").locator(".transcript-time").all();
    const seconds = await Promise.all(
      times.map(async (time) => Date.parse((await time.getAttribute("datetime")) ?? "")),
    );
    expect(seconds.map((ms) => Math.floor(ms / 1000))).toEqual(submitted.map(({ time }) => Number(time?.seconds)));
    expect(await times[0]?.getAttribute("title")).toMatch(/\.\d{3} [AP]M UTC$/);
  });

  it("is exported as one file that any reader of the schema understands", async () => {
    const { page } = grace;
    const downloading = page.waitForEvent("download");
    await press(page, "Export JSON");
    const download = await downloading;
    expect(download.suggestedFilename()).toBe(`${id}.json`);
    const read = fromJsonString(TranscriptSchema, await readFile(await download.path(), "utf8"));
    const { events } = await (await grace.client(stage.server.url)).runs.listEvents({ runId: id });
    expect(read).toMatchObject({ format: "interval.transcript", version: 1, run: { id, status: RunStatus.SUCCEEDED } });
    expect(read.events).toEqual(events);
    expect(foldRun(read.events).calls.map(({ answeredBy }) => answeredBy?.kind.value)).toMatchObject([
      { firstName: "Ada" },
      { firstName: "Grace" },
    ]);
  });

  it("is found in the history, also on a phone, and by everybody who may see it", async () => {
    for (const { page } of [ada, grace]) {
      await page.goto(address("history"));
      await page
        .getByRole("link", { name: /^Transcript of Refund, run started/ })
        .first()
        .press("Enter");
      await page.waitForURL(new RegExp(`${id}/transcript$`));
      await entries(page, "finished").waitFor();
    }
    for (const operator of [ada, grace]) {
      expect(await operator.axe()).toEqual([]);
      expect(await operator.overflow()).toBeLessThanOrEqual(0);
    }
    const [time, told] = await Promise.all(
      [".transcript-time", ".transcript-what"].map((part) =>
        ada.page.locator(`[data-entry=started] ${part}`).boundingBox(),
      ),
    );
    expect(time?.y).toBeLessThan(told?.y ?? 0);
  });

  it("prints as a document: black on white, without what can be pressed", async () => {
    const { page } = ada; // who prefers it dark
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const visible = await page
      .locator("button, nav, aside, [role=banner]")
      .evaluateAll((all) => all.filter((each) => each.checkVisibility()).length);
    expect(visible).toBe(0);
    const colors = await page.evaluate(() => {
      const name = document.querySelector("[data-entry] strong") ?? document.body;
      const lightness = (color: string) => {
        const canvas = new OffscreenCanvas(1, 1).getContext("2d");
        if (!canvas) throw new Error("There is no canvas.");
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        return canvas.getImageData(0, 0, 1, 1).data[0];
      };
      return [lightness(getComputedStyle(document.body).backgroundColor), lightness(getComputedStyle(name).color)];
    });
    expect(colors[0]).toBe(255);
    expect(colors[1]).toBeLessThan(60);
    await page.emulateMedia({ media: "screen", colorScheme: "dark" });
    const isDark = () => page.evaluate(() => document.documentElement.classList.contains("dark"));
    await expect.poll(isDark).toBe(true);
    const onPaper = page.evaluate(
      () =>
        new Promise((printed) => addEventListener("beforeprint", () => printed(document.documentElement.className))),
    );
    expect((await page.pdf({ format: "A4" })).subarray(0, 4).toString()).toBe("%PDF");
    expect(await onPaper).not.toContain("dark");
    await expect.poll(isDark).toBe(true);
    expect([...ada.complaints, ...grace.complaints]).toEqual([]);
  });
});

it("a result prints with its action and what was answered, without what can be pressed", async () => {
  const { page } = grace;
  const id = await run(page, "refund");
  for (const label of ["Customer", "Note"]) {
    await page.getByLabel(label).fill(`The ${label}`);
    await page.keyboard.press("Control+Enter");
  }
  await page.getByText("Completed", { exact: true }).first().waitFor();
  await page.emulateMedia({ media: "print" });
  const pressable = page.locator("button, nav, aside, [role=banner], [role=tablist]");
  const visible = await pressable.evaluateAll((all) => all.filter((each) => each.checkVisibility()).length);
  expect(visible).toBe(0);
  const text = await page.getByRole("main").innerText();
  for (const shown of ["Refund", "Succeeded", "The Customer", "The Note", "Started by Grace"])
    expect(text).toContain(shown);
  expect((await page.pdf({ format: "A4" })).subarray(0, 4).toString()).toBe("%PDF");
  await page.emulateMedia({ media: "screen" });
  expect(page.url()).toContain(id);
  expect(grace.complaints).toEqual([]);
});

it("a failure is told with its stack to those alone who may see it", async () => {
  const id = await run(ada.page, "failure");
  for (const [{ page }, sees] of [
    [ada, false],
    [grace, true],
  ] as const) {
    await page.goto(address(`runs/${id}/transcript`));
    await entries(page, "finished").getByText("This cannot work", { exact: true }).waitFor();
    await page.getByText("because of that", { exact: true }).waitFor();
    expect(await page.getByText("Show the stack").isVisible()).toBe(sees);
  }
  await grace.page.getByText("Show the stack").press("Enter");
  expect(await grace.page.locator("[data-entry=finished] pre").innerText()).toContain("index.mjs");
});

it("a long run comes as one reads on, and whole when that is asked for", async () => {
  const id = runId(await client.start("long"));
  await client.settle(id);
  const { page } = grace;
  await page.goto(address(`runs/${id}/transcript`));
  await entries(page).nth(99).waitFor();
  const read = await entries(page).count(); // one page, or two where the first was drawn late
  expect(read).toBeLessThan(400);
  await page.getByRole("button", { name: "Show more" }).scrollIntoViewIfNeeded();
  await entries(page).nth(read).waitFor();
  await press(page, "Show all");
  await entries(page, "finished").waitFor();
  expect(await entries(page, "logged").count()).toBe(1500);
  expect(await grace.overflow()).toBeLessThanOrEqual(0);
  await page.goto(address("runs/run_none/transcript"));
  await page.getByRole("heading", { name: "This run is not there, or not for you" }).waitFor();
});

it("the guide's commands read all pages", async () => {
  const guide = await readFile(join(root, "docs/transcripts.md"), "utf8");
  const script = /```sh\n(.*?)```/s.exec(guide)?.[1] ?? "";
  const id = runId(await client.start("long"));
  await client.settle(id);
  const printed = await output("bash", ["-euo", "pipefail", "-c", script], {
    env: { ...process.env, ...env, run: id },
  });
  expect(printed.match(/"sequence":"\d+"/g)).toHaveLength(1503);
});
