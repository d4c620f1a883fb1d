import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cli, root } from "./harness/paths.ts";
import { output, TestProcess } from "./harness/process.ts";
import { attached, createPackage, startHost, tsx } from "./harness/program.ts";
import { Stage } from "./harness/stage.ts";

// The introduction's programs, byte for byte.
const index = `import path from "path";
import { Interval } from "@interval/sdk";
const interval = new Interval({
  endpoint: "wss://<SERVER>/websocket",
  apiKey: "<KEY>",
  routesDirectory: path.resolve(__dirname, "routes"),
});
interval.listen();
`;
const hello = `import { Action, io } from "@interval/sdk";
export default new Action(async () => {
  const name = await io.input.text("Your name");
  return \`Hello, \${name}\`;
});
`;
const indexJs = `const path = require("path"); const { Interval } = require("@interval/sdk"); const interval = new Interval({ endpoint, apiKey, routesDirectory: path.resolve(__dirname, "routes") }); interval.listen();
`;
const helloJs = `const { Action, io } = require("@interval/sdk"); module.exports = new Action(async () => { const name = await io.input.text("Your name"); return \`Hello, \${name}\`; });
`;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

/** The program with this server's endpoint and key. */
function configured(program: string): string {
  const endpoint = `${stage.server.url.replace("http", "ws")}/websocket`;
  return program.replace("wss://<SERVER>/websocket", endpoint).replace("<KEY>", stage.env.INTERVAL_API_KEY);
}

function configuredJs(program: string): string {
  const literals = `endpoint: "${stage.server.url}", apiKey: "${stage.env.INTERVAL_API_KEY}"`;
  return program.replace("endpoint, apiKey", literals);
}

/** Runs the action in a browser as a person would, and reads the greeting from the page. */
async function greet(name: string): Promise<string> {
  await using operator = await stage.signIn();
  const { page } = operator;
  await page
    .getByRole("link", { name: "Hello", exact: true })
    .or(page.getByRole("button", { name: "Hello", exact: true }))
    .first()
    .click();
  await page.getByLabel("Your name").fill(name);
  await page.keyboard.press("Control+Enter");
  const greeting = page.getByText(`Hello, ${name}`, { exact: true });
  await greeting.waitFor();
  expect(operator.complaints).toEqual([]);
  return greeting.innerText();
}

describe("the introduction's program", () => {
  it("runs in TypeScript by tsx", async () => {
    const cwd = await createPackage("by-tsx", { "index.ts": configured(index), "routes/hello.ts": hello });
    await using _host = await startHost(cwd, [tsx, "index.ts"]);
    expect(await greet("Ada")).toBe("Hello, Ada");
  });

  it("runs compiled by tsc to CommonJS", async () => {
    const compilerOptions = { target: "es2022", module: "nodenext", strict: true, outDir: "out", types: ["node"] };
    const cwd = await createPackage("by-tsc", {
      "index.ts": configured(index),
      "routes/hello.ts": hello,
      "tsconfig.json": JSON.stringify({ compilerOptions: { ...compilerOptions, esModuleInterop: true } }),
    });
    await output(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", cwd]);
    expect(await readFile(join(cwd, "out/index.js"), "utf8")).toContain("require(");
    await using _host = await startHost(cwd, ["out/index.js"]);
    expect(await greet("Grace")).toBe("Hello, Grace");
  });

  it("runs by `interval dev`", async () => {
    const cwd = await createPackage("by-dev", { "index.ts": configured(index), "routes/hello.ts": hello });
    const env = { ...process.env, INTERVAL_DATA_DIR: stage.server.dataDir, INTERVAL_ENDPOINT: stage.server.url };
    await using dev = new TestProcess(process.execPath, [cli, "dev"], { cwd, env });
    await dev.printed(attached);
    expect(await greet("Katherine")).toBe("Hello, Katherine");
  });

  it("runs by plain Node 24 with import.meta.dirname", async () => {
    const cwd = await createPackage("by-node", {
      "index.mts": configured(index).replace("__dirname", "import.meta.dirname"),
      "routes/hello.mts": hello,
    });
    await using _host = await startHost(cwd, ["index.mts"]);
    expect(await greet("Edsger")).toBe("Hello, Edsger");
  });

  it("runs in JavaScript with require", async () => {
    const cwd = await createPackage("by-require", { "index.js": configuredJs(indexJs), "routes/hello.js": helloJs });
    await using _host = await startHost(cwd, ["index.js"]);
    expect(await greet("Barbara")).toBe("Hello, Barbara");
  });
});
