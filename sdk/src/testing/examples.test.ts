// Tests of the examples, run as their developers run them: by Node's own runner, against the built SDK, in CommonJS.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const tsx = createRequire(import.meta.url).resolve("tsx/cli");

it.each(["refunds"])(
  "the tests of examples/%s pass",
  async (name) => {
    const cwd = fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));
    const child = spawn(process.execPath, [tsx, "--test", "--test-reporter=tap", "routes/**/*.test.ts"], {
      cwd,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const output = await text(child.stdout);
    expect(output).toMatch(/^# pass [1-9]/m);
    expect(output).toContain("# fail 0");
  },
  60_000,
);
