import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "./harness/paths.ts";
import { TestProcess } from "./harness/process.ts";

/** A short version of `npm run crashes`, which CONTRIBUTING.md tells of: without power cuts, which need the rights to mount. */
it("a store whose process is killed while it writes has all that it acknowledged, and a first start that is killed is finished", async () => {
  const script = join(root, ".tools/crashes/run.js");
  const args = ["--no-warnings", script, "--kills", "2", "--power-cuts", "0", "--first-starts", "2", "--json"];
  await using crashes = new TestProcess(process.execPath, args);
  const code = await crashes.ended;
  const result = JSON.parse(/^\{.*\}$/m.exec(crashes.output)?.[0] ?? "{}");
  expect(result, crashes.output).toMatchObject({ kills: 2, first_starts: 2, lost: 0, torn: 0, unstarted: 0 });
  expect(result.acknowledged).toBeGreaterThan(100);
  expect(code).toBe(0);
});
