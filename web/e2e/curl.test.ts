import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "./harness/paths.ts";
import { output } from "./harness/process.ts";
import { tsx } from "./harness/program.ts";
import { Stage } from "./harness/stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  await stage.host(join(root, "examples/hello"), [tsx, "index.ts"]);
});
afterAll(() => stage?.[Symbol.asyncDispose]());

it("lists actions, starts a run, answers it and reads the result with the guide's four curl commands", async () => {
  const guide = await readFile(join(root, "proto/README.md"), "utf8");
  const commands = Array.from(guide.matchAll(/```sh\n(.*?)```/gs), (block) => block[1]).filter((text) =>
    text?.includes("curl"),
  );
  const script = commands.join("\n");
  expect(script.match(/\bcurl /g)).toHaveLength(4);
  const printed = await output("bash", ["-euo", "pipefail", "-c", script], {
    env: { ...process.env, ...stage.env, INTERVAL_API_KEY: stage.programKey },
  });
  expect(printed).toContain('"path":"hello"');
  expect(printed).toContain('"label":"Your name"');
  expect(printed).toMatch(/"stringValue":"Hello, Ada"/);
  expect(printed).toContain("RUN_STATUS_SUCCEEDED");
});
