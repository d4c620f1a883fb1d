import type { RunState, Value } from "@interval/proto";
import { type Ref, watch } from "vue";
import { linkTarget } from "../lib/links.ts";

/** Opens a route with its parameters, perhaps in the place of this entry of the history. */
type Open = (path: string, params: Record<string, Value>, replace: boolean) => Promise<void>;

/** Follows a run's redirect for the one who drives it and saw it end. A run that had ended before only shows the link. */
export function useRedirect(
  state: Readonly<Ref<RunState | undefined>>,
  drivenHere: Readonly<Ref<boolean>>,
  open: Open,
): void {
  watch(state, (now, before) => {
    const outcome = now?.finished?.outcome;
    const sawItEnd = before !== undefined && before.run?.id === now?.run?.id && !before.finished;
    if (outcome?.case !== "redirected" || !now?.run || !sawItEnd || !drivenHere.value) return;
    const target = linkTarget(outcome.value.link, now.run);
    const replace = now.redirect?.replace ?? false;
    if (target?.kind === "route") void open(target.path, target.params, replace);
    else if (target) globalThis.location[replace ? "replace" : "assign"](target.href);
  });
}
