import { tryOnScopeDispose, useEventListener } from "@vueuse/core";
import { type DraftKey, dropDrafts, saveDraft, type Values } from "../../lib/drafts.ts";

/** A tab that is never idle saves after so many milliseconds all the same. */
const latestMs = 1_000;

const whenIdle: (save: () => void) => void =
  "requestIdleCallback" in globalThis
    ? (save) => void requestIdleCallback(save, { timeout: latestMs })
    : (save) => void setTimeout(save, 100);

/**
 * Saves what is typed, but not while it is typed: writing out thousands of rows with each letter would make typing slow. It is saved in the next
 * idle moment, and at the latest when the tab goes out of sight or the form goes away.
 */
export function useDraft() {
  let waiting: { key: DraftKey; values: Values } | undefined;

  function flush(): void {
    const given = waiting;
    waiting = undefined;
    if (given) saveDraft(given.key, given.values);
  }

  useEventListener(window, "pagehide", flush);
  useEventListener(document, "visibilitychange", flush);
  tryOnScopeDispose(flush);

  return {
    keep(key: DraftKey, values: Values): void {
      const isNew = waiting === undefined;
      waiting = { key, values };
      if (isNew) whenIdle(flush);
    },
    /** Saves now what waits to be saved. */
    flush,
    /** Forgets what was typed into a call. */
    drop(key: DraftKey): void {
      waiting = undefined;
      dropDrafts(key);
    },
  };
}
