import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newDirectory, root } from "./harness/paths.ts";
import { output, TestProcess } from "./harness/process.ts";
import { attached, createPackage, tsx } from "./harness/program.ts";
import { Stage } from "./harness/stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

/** The SDK's public dependencies, as this repo has them, so that installing needs no registry. */
function publicPackages(): Record<string, string> {
  const names = ["@bufbuild/protobuf", "@connectrpc/connect", "@connectrpc/connect-node"];
  return Object.fromEntries(names.map((name) => [name, `file:${join(root, "node_modules", name)}`]));
}

/** Types a line of the screen into the terminal of a directory. npm takes the public packages from this repo, and the SDK from the server. */
async function typeIntoTerminal(cwd: string, line: string): Promise<void> {
  const [command = "", ...args] = line.split(" ");
  const installed = args.filter((arg) => arg !== "tsx"); // which this repo has
  await output(command, installed, { cwd });
  const file = join(cwd, "package.json");
  const own: object = JSON.parse(await readFile(file, "utf8"));
  await writeFile(file, JSON.stringify({ ...own, overrides: publicPackages() }));
}

/** Presses the copy button of a block on the screen, and returns what is on the clipboard. */
async function copied(page: Page, name: string, which = 0): Promise<string> {
  await page.evaluate(() => navigator.clipboard.writeText(""));
  await page
    .getByRole("button", { name: `Copy: ${name}`, exact: true })
    .nth(which)
    .click();
  const read = () => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(read).not.toBe("");
  return read();
}

/** Does what the steps of the screen say in an empty directory, up to the start. */
async function follow(page: Page, language: "TypeScript" | "JavaScript"): Promise<{ cwd: string; run: string }> {
  const cwd = await newDirectory("first");
  await page.getByRole("button", { name: language, exact: true }).click();
  for (const line of (await copied(page, "Terminal")).trim().split("\n")) await typeIntoTerminal(cwd, line);
  await page.getByRole("button", { name: "Make a key" }).click();
  const key = await copied(page, "Your key");
  expect(key).toMatch(/^dev_\w{43}$/);
  const extension = language === "TypeScript" ? "ts" : "js";
  for (const name of [`index.${extension}`, `routes/hello.${extension}`]) {
    const text = await copied(page, name);
    if (name.startsWith("index")) expect(text).toContain(key);
    await mkdir(dirname(join(cwd, name)), { recursive: true });
    await writeFile(join(cwd, name), text);
  }
  return { cwd, run: (await copied(page, "Terminal", 1)).trim() };
}

/** Fails when a screen has faults of accessibility, is too wide, or has made the browser complain. */
async function check(operator: Awaited<ReturnType<Stage["signIn"]>>, what: string): Promise<void> {
  const faults = await operator.axe();
  expect({ what, faults, wide: await operator.overflow(), complaints: operator.complaints }).toEqual({
    what,
    faults: [],
    wide: 0,
    complaints: [],
  });
}

const row = (page: Page, name: string): Locator => page.getByRole("listitem").filter({ hasText: name });

describe("from an empty development environment to a first action", () => {
  it.each(["TypeScript", "JavaScript"] as const)("in %s, by what the screen says", async (language) => {
    await using fresh = await Stage.open();
    await using operator = await fresh.signIn();
    const { page } = operator;
    await page.goto(fresh.address(""));
    await page.getByText("Waiting for your host to connect").waitFor();
    await check(operator, "set up");
    await page.getByText("Nothing happens?").click();
    await page.getByText(`Does it connect to ${fresh.server.url}?`).waitFor();
    const { cwd, run } = await follow(page, language);
    await check(operator, "set up, with a key");

    expect(run).toBe(language === "TypeScript" ? "npx tsx index.ts" : "node index.js");
    const args = language === "TypeScript" ? [tsx, "index.ts"] : ["index.js"];
    await using host = new TestProcess(process.execPath, args, { cwd });
    await host.printed(attached);
    await page.getByText("Your host is connected").waitFor();
    await check(operator, "connected");
    await page.getByRole("link", { name: "Hello", exact: true }).click();
    await page.getByLabel("Your name").fill("Ada");
    await page.keyboard.press("Control+Enter");
    await page.getByText("Hello, Ada", { exact: true }).waitFor();
    expect(operator.complaints).toEqual([]);
  });

  it("installs the SDK with its types, for ES modules and for CommonJS", async () => {
    const cwd = await newDirectory("types");
    for (const line of ["npm init -y", `npm install ${stage.server.url}/sdk.tgz`]) await typeIntoTerminal(cwd, line);
    const typeRoots = [join(root, "node_modules/@types")]; // a program for Node brings them
    const options = { module: "nodenext", target: "esnext", strict: true, noEmit: true, types: ["node"], typeRoots };
    await writeFile(
      join(cwd, "tsconfig.json"),
      JSON.stringify({ compilerOptions: options, include: ["*.mts", "*.cts"] }),
    );
    const program = `import { Action, io } from "@interval/sdk";
import { runAction } from "@interval/sdk/testing";
export const hello = new Action(async () => {
  const name: string = await io.input.text("Your name");
  const [age] = await io.group([io.input.number("Your age").optional()]);
  const known: number | undefined = age;
  return name + known;
});
export const run = runAction(hello);\n`;
    for (const file of ["program.mts", "program.cts"]) await writeFile(join(cwd, file), program);
    await output(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", cwd]);
    const mixed = `import { Action, Interval } from "@interval/sdk";
import { createRequire } from "node:module";
const common = createRequire(import.meta.url)("@interval/sdk");
console.log(new common.Action(async () => {}) instanceof Action, typeof Interval);\n`;
    await writeFile(join(cwd, "mixed.mjs"), mixed);
    expect(await output(process.execPath, ["mixed.mjs"], { cwd })).toBe("true function\n");
  });
});

describe("the hosts screen", () => {
  it("lists hosts live, with files that could not be loaded, until a program without faults comes", async () => {
    await using operator = await stage.signIn({ viewport: { width: 390, height: 844 } });
    const { page } = operator;
    await page.goto(stage.address("settings/hosts"));
    await page.getByText("No host is connected").waitFor();
    await check(operator, "no hosts");
    const index = `import path from "path";
import { Interval } from "@interval/sdk";
new Interval({ routesDirectory: path.resolve(__dirname, "routes") }).listen();\n`;
    const hello = `export default async () => "hello";\n`;
    const broken = `import { missing } from "./a/rather/long/path/to/a/module/that/is/not/there/at/all";\nexport default missing;\n`;
    const cwd = await createPackage("faults", {
      "index.ts": index,
      "routes/hello.ts": hello,
      "routes/broken.ts": broken,
    });
    const start = async () => {
      const host = new TestProcess(process.execPath, [tsx, "index.ts"], { cwd, env: { ...process.env, ...stage.env } });
      await host.printed(attached);
      return host;
    };
    {
      await using host = await start();
      await page.getByText("routes/broken.ts", { exact: true }).waitFor();
      await page.getByText("just now", { exact: true }).first().waitFor();
      await page.getByText("HTTP/2", { exact: true }).waitFor();
      await page.getByText("Show the stack").click();
      await check(operator, "hosts");
      expect(host.output).toContain("broken.ts could not be loaded");
      await page.goto(stage.address(""));
      await page.getByText("1 file could not be loaded").waitFor();
      await page.getByText("Show what went wrong").click();
      await page.getByText("routes/broken.ts", { exact: true }).waitFor();
      await check(operator, "home with faults");
    }
    await writeFile(join(cwd, "routes/broken.ts"), hello);
    await using _host = await start();
    await page.getByRole("link", { name: "Broken", exact: true }).waitFor();
    await page.getByText("1 file could not be loaded").waitFor({ state: "detached" });
  });
});

describe("keys", () => {
  it("are made, shown once, and revoked", async () => {
    await using operator = await stage.signIn();
    const { page } = operator;
    await page.goto(stage.address("settings/keys"));
    await page
      .getByLabel("What is it for?")
      .fill("A test with a rather long label that goes on until it has to wrap somewhere");
    expect(await page.getByRole("radio", { name: "Host", exact: true }).isChecked()).toBe(true);
    await page.getByRole("radio", { name: "Program", exact: true }).check();
    await check(operator, "keys, before");
    await page.getByRole("button", { name: "Make a key" }).click();
    const key = await copied(page, "Your key");
    expect(key).toMatch(/^prog_/);
    await check(operator, "keys");
    await page.reload();
    const made = row(page, key.slice(0, 12)).first();
    await made.getByText("Program", { exact: true }).waitFor();
    expect(await page.content()).not.toContain(key);
    await made.getByRole("button", { name: /Revoke/ }).click();
    await check(operator, "keys, asking");
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" }); // what is behind it has no role until then
    await page.getByRole("listitem").first().waitFor();
    await made.waitFor({ state: "detached" });
  });
});

describe("archiving", () => {
  it("in one browser shows in another within a second, and so does restoring", async () => {
    await stage.program(
      "archive",
      `import { Interval } from "@interval/sdk"; new Interval({ routes: { refund: async () => "done" } }).listen();`,
    );
    await using one = await stage.signIn();
    await using two = await stage.signIn({ viewport: { width: 390, height: 844 } });
    await two.page.goto(stage.address(""));
    const listed = two.page.getByRole("link", { name: "Refund", exact: true });
    await listed.waitFor();
    await one.page.goto(stage.address("settings/actions"));
    await one.page.getByRole("link", { name: "Refund", exact: true }).click();
    await check(one, "settings of an action");
    await one.page.getByRole("button", { name: "Archive" }).click();
    await check(one, "asking to archive");
    await one.page.getByRole("dialog").getByRole("button", { name: "Archive" }).click();
    await listed.waitFor({ state: "detached", timeout: 1000 });

    await two.page.goto(stage.address("actions/refund"));
    await two.page.getByText("This action is archived").waitFor();
    expect(await two.page.getByRole("button", { name: "Run", exact: true }).isDisabled()).toBe(true);
    await check(two, "an archived action");
    await one.page.goto(stage.address("settings/actions"));
    await one.page.getByLabel("Show archived").waitFor();
    expect(await one.page.getByRole("link", { name: "Refund", exact: true }).count()).toBe(0);
    await one.page.getByLabel("Show archived").check();
    await check(one, "actions, archived ones too");
    await one.page.getByRole("link", { name: "Refund", exact: true }).click();
    await one.page.getByRole("button", { name: "Restore" }).click();
    await expect
      .poll(() => two.page.getByRole("button", { name: "Run", exact: true }).isEnabled(), { timeout: 1000 })
      .toBe(true);
    await two.page.getByRole("button", { name: "Run", exact: true }).click();
    await two.page.getByText("Completed", { exact: true }).first().waitFor();
  });
});

describe("who is no developer", () => {
  it("finds none of it, and reads on an empty home what to wait for", async () => {
    const link = await stage.server.createUser("member@example.com", "member");
    await using operator = await stage.signIn({ link });
    const { page } = operator;
    await page.goto(`${stage.server.url}/main/production`);
    await page.getByText("There are no actions yet").waitFor();
    expect(await page.getByRole("link", { name: /Development|Hosts/ }).count()).toBe(0);
    await page.goto(`${stage.server.url}/main/production/settings/hosts`);
    await page.getByText("There is nothing here").waitFor();
    expect(operator.complaints).toEqual([]);
  });
});
