import { expect, it } from "vitest";
import { fuzz, isFlat } from "./fuzz/fuzz.ts";

/** A short version of `npm run fuzz`, which CONTRIBUTING.md describes. */
it("a server that is sent bad requests and frames refuses them, and goes on serving everybody else", async () => {
  const { findings, heapMiB, sent } = await fuzz("short", 2000);
  expect(findings).toEqual([]);
  expect(isFlat(heapMiB), `${heapMiB.join(", ")} MiB`).toBe(true);
  expect(sent).toBeGreaterThanOrEqual(2000);
}, 300_000);
