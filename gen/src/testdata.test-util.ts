import { readdirSync, readFileSync } from "node:fs";
import type { JsonObject } from "@bufbuild/protobuf";

/** The golden cases of one component: answers in JSON, those that it takes, and those that it refuses with their errors. */
export interface GoldenFile {
  cases: Array<{
    component: JsonObject;
    good: Array<{ note: string; value: JsonObject | null }>;
    bad: Array<{ note: string; value: JsonObject | null; errors: JsonObject[] }>;
  }>;
}

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
