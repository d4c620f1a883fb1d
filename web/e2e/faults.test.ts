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
}, 330_000);

it("the runs of a client that was killed are handed to another", async () => {
  const { Desk } = await import(join(root, ".tools/faults/desk.js"));
  const desk = new Desk("any", 3, () => {});
  const handed: Record<string, number[]> = { one: [], two: [] };
  const client = (name: string) => ({
    send: ({ task }: { task: { number: number } }) => handed[name]?.push(task.number),
  });
  const one = client("one");
  desk.up(one);
  desk.up(client("two"));
  desk.down(one);
  expect(handed.one).toEqual([1, 2, 3]);
  expect(handed.two?.toSorted()).toEqual([1, 2, 3]);
});
