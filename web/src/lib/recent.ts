import type { Run } from "@interval/proto";
import { toDate } from "./format.ts";

/** When a person last ran an action, in milliseconds since 1970. */
export interface Use {
  path: string;
  at: number;
}

/** So many are kept. */
const most = 20;

/** Notes that an action is run now; the last one comes first. */
export function noteUse(uses: readonly Use[], path: string, at: number): Use[] {
  return [{ path, at }, ...uses.filter((use) => use.path !== path)].slice(0, most);
}

/** What this browser knows and what the server's runs tell, the last action first, each once. */
export function lastUsed(uses: readonly Use[], runs: readonly Run[]): string[] {
  const last = new Map(uses.map(({ path, at }) => [path, at]));
  for (const { action, startTime } of runs) {
    last.set(action, Math.max(last.get(action) ?? 0, toDate(startTime)?.getTime() ?? 0));
  }
  return [...last].sort(([, a], [, b]) => b - a).map(([path]) => path);
}

/** What was stored, as far as it can be read. */
export function readUses(stored: string): Use[] {
  try {
    const uses: unknown = JSON.parse(stored);
    return Array.isArray(uses) ? uses.filter(isUse) : [];
  } catch {
    return [];
  }
}

function isUse(value: unknown): value is Use {
  if (typeof value !== "object" || value === null) return false;
  return "path" in value && typeof value.path === "string" && "at" in value && typeof value.at === "number";
}
