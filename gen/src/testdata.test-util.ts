import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../../proto/testdata/", import.meta.url);

/** The names of the golden files of a folder below `proto/testdata`. For tests alone. */
export function testdataFiles(path: string): string[] {
  const prefix = path === "." ? "" : `${path}/`;
  return readdirSync(new URL(prefix, folder))
    .filter((name) => name.endsWith(".json"))
    .map((name) => prefix + name);
}

/** The content of a golden file. For tests alone. */
export function readTestdata<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file, folder), "utf8"));
}
