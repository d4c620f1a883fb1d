import type { RunState, Value } from "@interval/proto";
import { type Ref, watch } from "vue";
import { linkTarget } from "../lib/links.ts";
import { takeStarted } from "../lib/started-here.ts";

/** Opens a route with its parameters, perhaps in the place of this entry of the history. */
type Open = (path: string, params: Record<string, Value>, replace: boolean) => Promise<void>;

/**
 * Follows a run's redirect for the one who drives it and saw it end, or started it in this tab: a run may be over before it is first shown. Any other
 * run that had ended before only shows the link.
 */
export function useRedirect(
  state: Readonly<Ref<RunState | undefined>>,
  drivenHere: Readonly<Ref<boolean>>,
  open: Open,
): void {
  watch(state, (now, before) => {
    if (!now?.run || !now.finished) return;
    const { outcome } = now.finished;
    const wasStartedHere = takeStarted(now.run.id);
    const sawItEnd = before !== undefined && before.run?.id === now.run.id && !before.finished;
    if (outcome.case !== "redirected" || !(sawItEnd || wasStartedHere) || !drivenHere.value) return;
    const target = linkTarget(outcome.value.link, now.run);
    const replace = now.redirect?.replace ?? false;
    if (target?.kind === "route") void open(target.path, target.params, replace);
    else if (target) globalThis.location[replace ? "replace" : "assign"](target.href);
  });
}
