import { randomUUID } from "node:crypto";
import { Action, type ActionDefinition, type ActionHandler } from "../action.ts";
import { HostMisuseError } from "../errors.ts";
import type { Routes } from "../page.ts";
import { describeFault, loadDirectory } from "../routes/file-system.ts";
import { RouteTree, toRoute } from "../routes/tree.ts";
import { MemoryLink } from "./link.ts";
import { type TestContext, toStart } from "./start.ts";
import { TestRun } from "./test-run.ts";

/** What a test says of a run beforehand. */
export interface TestOptions extends TestContext {
  /** How long nothing may happen in the run while the test waits for it, in milliseconds; 3000 by default. */
  timeoutMs?: number;
  /** Where an action that is named by its path is found, as in `new Interval()`. */
  routes?: Routes;
  /** Where an action that is named by its path is found, as in `new Interval()`. */
  routesDirectory?: string;
}

/** Below the time that test runners give a test, so that its own message is the one that is read. */
const usualTimeoutMs = 3000;

/**
 * Runs an action in memory, with the test in the place of its operator: no server, no browser. What is asked, checked and shown is what would be
 * in production.
 *
 * @param action an action, a function, a definition, or the path of one in `routes` or `routesDirectory`
 *
 * @example
 * const run = runAction(refund, { user: { email: "ada@example.com" } });
 * await run.answer({ Email: "grace@example.com" });
 * await run.answer(true);
 * expect(await run.result()).toBe("Refunded");
 */
export function runAction(
  action: Action | ActionHandler | ActionDefinition | string,
  options: TestOptions = {},
): TestRun {
  const { timeoutMs = usualTimeoutMs, ...given } = options;
  const start = toStart(typeof action === "string" ? action : "action", given);
  const runId = given.run?.id ?? `run_${randomUUID()}`;
  const find = () => (typeof action === "string" ? findAction(action, options) : toAction(action, "action"));
  return new TestRun(new MemoryLink({ runId, start, timeoutMs, find }));
}

async function findAction(path: string, { routes, routesDirectory }: TestOptions): Promise<Action> {
  const tree = new RouteTree(routes);
  const loaded = routesDirectory === undefined ? undefined : await loadDirectory(routesDirectory);
  for (const [slug, route] of loaded?.page.routes ?? []) tree.add(slug, route);
  const route = tree.get(path);
  if (route !== undefined) return toAction(route, path);
  const faults = (loaded?.faults ?? []).map((fault) => `\n${describeFault(fault)}`).join("");
  const known = [...tree.all()].flatMap(([known, each]) => (each instanceof Action ? [`"${known}"`] : []));
  throw new HostMisuseError(`There is no action "${path}", but ${known.join(", ") || "none at all"}.${faults}`);
}

function toAction(route: unknown, path: string): Action {
  const made = toRoute(route, path);
  if (made instanceof Action) return made;
  throw new HostMisuseError(`"${path}" is a page. runAction() runs actions.`);
}
