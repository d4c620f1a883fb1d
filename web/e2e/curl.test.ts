import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "./harness/paths.ts";
import { output, type TestProcess } from "./harness/process.ts";
import { startHost, tsx } from "./harness/program.ts";
import { TestServer } from "./harness/server.ts";

let server: TestServer;
let host: TestProcess;

beforeAll(async () => {
  server = await TestServer.start();
  host = await startHost(join(root, "examples/hello"), [tsx, "index.ts"], await access());
});
afterAll(async () => {
  await host?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

async function access(): Promise<Record<string, string>> {
  return { INTERVAL_ENDPOINT: server.url, INTERVAL_API_KEY: await server.developmentKey() };
}

it("lists actions, starts a run, answers it and reads the result with the guide's four curl commands", async () => {
  const guide = await readFile(join(root, "proto/README.md"), "utf8");
  const commands = Array.from(guide.matchAll(/```sh\n(.*?)```/gs), (block) => block[1]).filter((text) =>
    text?.includes("curl"),
  );
  const script = commands.join("\n");
  expect(script.match(/\bcurl /g)).toHaveLength(4);
  const printed = await output("bash", ["-euo", "pipefail", "-c", script], {
    env: { ...process.env, ...(await access()) },
  });
  expect(printed).toContain('"path":"hello"');
  expect(printed).toContain('"label":"Your name"');
  expect(printed).toMatch(/"stringValue":"Hello, Ada"/);
  expect(printed).toContain("RUN_STATUS_SUCCEEDED");
});
