import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "./harness/paths.ts";
import { TestProcess } from "./harness/process.ts";

/** A short version of `npm run faults`, which CONTRIBUTING.md tells of. */
it("while lines, hosts, servers and clients break, no answer is lost, nothing is done twice, and no run is stuck or looks old", async () => {
  const args = ["--no-warnings", join(root, ".tools/faults/run.js"), "--runs", "40", "--seed", "short", "--json"];
  await using faults = new TestProcess(process.execPath, args);
  const code = await faults.ended;
  const { injected, ...counts } = JSON.parse(/^\{.*\}$/m.exec(faults.output)?.[0] ?? "{}");
  expect(counts, faults.output).toMatchObject({ runs: 40, lost: 0, doubled: 0, stuck: 0, stale: 0 });
  expect(Object.keys(injected).length).toBeGreaterThan(5);
  expect(code).toBe(0);
}, 240_000);
