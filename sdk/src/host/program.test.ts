import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { findProgram } from "./program.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "interval-program-"));
});
afterEach(() => rm(root, { recursive: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

const find = (script: string | undefined, more: { name?: string; routesDirectory?: string } = {}) => {
  const { name, directory, pid } = findProgram({
    script: script && join(root, script),
    workingDirectory: root,
    ...more,
  });
  expect(pid).toBe(process.pid);
  return [name, directory];
};

it("is named as it says, else by the nearest package with a name, else by its directory", async () => {
  expect(find("index.js")).toEqual([basename(root), root]);
  await write("package.json", '{ "name": "all" }');
  await write("apps/billing/package.json", '{ "name": "billing" }');
  await write("apps/billing/src/package.json", '{ "type": "module" }');
  await write("apps/broken/package.json", "{ name:");
  const billing = join(root, "apps/billing");
  expect(find("apps/billing/src/index.js")).toEqual(["billing", billing]);
  expect(find("apps/billing/src/index.js", { name: "own" })).toEqual(["own", billing]);
  expect(find("index.js", { routesDirectory: join(billing, "src/routes") })).toEqual(["billing", billing]);
  expect(find("apps/broken/index.js")).toEqual(["all", root]);
  expect(find(undefined)).toEqual(["all", root]);
  expect(find("index.js", { name: "x".repeat(1000) })[0]).toHaveLength(100);
});

it("is where a tool was called, when that is what was started", async () => {
  await write("package.json", '{ "name": "shop" }');
  await write("node_modules/next/package.json", '{ "name": "next" }');
  expect(find("node_modules/next/dist/bin/next")).toEqual(["shop", root]);
});
