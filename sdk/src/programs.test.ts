// Programs as users write them, run as users run them, against the built SDK.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fromValue } from "@interval/proto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeHost } from "./host/fake-host.ts";
import { FakeServer } from "./host/fake-server.ts";

const sdk = fileURLToPath(new URL("..", import.meta.url));
const tsx = createRequire(import.meta.url).resolve("tsx/cli");

let server: FakeServer;
let directory: string;
let program: ChildProcess | undefined;
let output: string;

beforeEach(async () => {
  server = await FakeServer.start();
  directory = await mkdtemp(join(tmpdir(), "interval-program-"));
  await mkdir(join(directory, "node_modules/@interval"), { recursive: true });
  await symlink(sdk, join(directory, "node_modules/@interval/sdk"));
});
afterEach(async () => {
  const ended = new Promise((resolve) => program?.once("close", resolve));
  // tsx hands SIGTERM on to the program that it runs; a SIGKILL would leave that behind.
  if (program?.kill("SIGTERM")) await ended;
  await server.stop();
  await rm(directory, { recursive: true });
});

/** Writes the files of a package without "type", runs one of them, and waits until it is attached. */
async function run(files: Record<string, string>, args: string[]): Promise<FakeHost> {
  for (const [path, text] of Object.entries({ "package.json": "{}", ...files })) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  const env = { ...process.env, INTERVAL_ENDPOINT: server.url, INTERVAL_API_KEY: "dev_key" };
  const child = spawn(process.execPath, args, { cwd: directory, env, stdio: ["ignore", "pipe", "pipe"] });
  program = child;
  output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  const ended = new Promise<never>((_, reject) => child.once("close", () => reject(new Error(`It ended:\n${output}`))));
  ended.catch(() => {});
  return Promise.race([server.nextHost(), ended]);
}

/** Runs the action `hello` and answers it. */
async function greet(host: FakeHost, action = "hello"): Promise<unknown> {
  host.start(`run_${action}`, action);
  const { call } = await host.next("call");
  const callKey = call?.key ?? "";
  const answer = { values: { [callKey]: { kind: { case: "inputText", value: { text: "Ada" } } } } } as const;
  host.run(`run_${action}`, 3n, { case: "answer", value: { callKey, revision: 0, answer } });
  const { outcome } = await host.next("finish");
  return outcome.case === "success" ? fromValue(outcome.value.result) : outcome.value;
}

const index = `import path from "path";
import { Interval } from "@interval/sdk";
const interval = new Interval({ routesDirectory: path.resolve(__dirname, "routes") });
interval.listen();`;
const hello = `import { Action, io } from "@interval/sdk";
export default new Action(async () => {
  const name = await io.input.text("Your name");
  return \`Hello, \${name}\`;
});`;
const helloJs = `const { Action, io } = require("@interval/sdk"); module.exports = new Action(async () => { const name = await io.input.text("Your name"); return \`Hello, \${name}\`; });`;

describe("a program", () => {
  it("in TypeScript runs by tsx, in a package without a type", async () => {
    const host = await run({ "index.ts": index, "routes/hello.ts": hello }, [tsx, "index.ts"]);
    expect(await greet(host)).toBe("Hello, Ada");
  });

  it("that forgets an await is told the line as it was written", async () => {
    const forgotten = `import { io } from "@interval/sdk";

interface Nothing { a: string }
export default async () => {
  const ok = io.confirm("Delete?");
  return "done";
};`;
    const host = await run({ "index.ts": index, "routes/forgotten.ts": forgotten }, [tsx, "index.ts"]);
    host.start("run_1", "forgotten");
    const { values } = await host.next("log");
    expect(fromValue(values[0])).toMatch(/^io\.confirm "Delete\?" \(routes\/forgotten\.ts:5:\d+\) was never awaited/);
  });

  it("in JavaScript runs with require", async () => {
    const indexJs = `const path = require("path"); const { Interval } = require("@interval/sdk"); const interval = new Interval({ routesDirectory: path.resolve(__dirname, "routes") }); interval.listen();`;
    const host = await run({ "index.js": indexJs, "routes/hello.js": helloJs }, ["index.js"]);
    expect(await greet(host)).toBe("Hello, Ada");
  });

  it("with ES modules takes routes of both kinds: the copies of the SDK share what a run is", async () => {
    const files = {
      "index.mts": index.replace("__dirname", "import.meta.dirname"),
      "routes/hello.mts": hello,
      "routes/common.cjs": helloJs,
      "routes/plain.mjs":
        "export default { name: 'Plain', handler: async (io) => 'Hi, ' + (await io.input.text('Name')) };",
    };
    const host = await run(files, ["index.mts"]);
    for (const action of ["hello", "common"]) expect(await greet(host, action)).toBe("Hello, Ada");
    expect(await greet(host, "plain")).toBe("Hi, Ada");
  });

  it("starts with directories as pages, and without the files that fail, which it reports", async () => {
    const files = {
      "index.ts": index,
      "routes/hello.ts": hello,
      "routes/broken.ts": "throw new Error('The database is away.');",
      "routes/nothing.ts": "export const helper = 1;",
      "routes/a b.ts": hello,
      "routes/hello.test.ts": "throw new Error('never loaded');",
      "routes/types.d.ts": "export interface T {}",
      "routes/users/index.ts": `import { Page } from "@interval/sdk"; export default new Page({ name: "People" });`,
      "routes/users/edit.js": helloJs,
    };
    const host = await run(files, [tsx, "index.ts"]);
    const routes = host.hello.catalog?.routes ?? [];
    expect(routes.map(({ path, name, kind }) => [path, name, kind.case])).toEqual([
      ["hello", undefined, "action"],
      ["users", "People", "page"],
      ["users/edit", undefined, "action"],
    ]);
    expect(output).toMatch(/broken\.ts could not be loaded and is left out: The database is away\./);
    expect(output).toMatch(/nothing\.ts could not be loaded and is left out: It has no default export/);
    expect(output).toMatch(/"a b" is not a valid slug/);
    expect(output).not.toContain("never loaded");
    const faults = host.hello.routeFaults.map(({ file, message, stack }) => [file, message, stack !== undefined]);
    expect(faults).toEqual([
      ["routes/a b.ts", expect.stringContaining("not a valid slug"), true],
      ["routes/broken.ts", "The database is away.", true],
      ["routes/nothing.ts", expect.stringContaining("no default export"), true],
    ]);
    expect(host.hello.routeFaults[1]?.stack).toMatch(/broken\.ts/);
    expect(host.hello.catalog?.files).toEqual({
      hello: "routes/hello.ts",
      users: "routes/users/index.ts",
      "users/edit": "routes/users/edit.js",
    });
    expect(await greet(host)).toBe("Hello, Ada");
  });
});
