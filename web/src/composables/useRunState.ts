import type { ConnectError } from "@connectrpc/connect";
import { type RunState, reduceRun } from "@interval/proto";
import { shallowRef } from "vue";
import { useTopic } from "./useWatch.ts";

/**
 * The state of a run, live: the fold of its events.
 *
 * @param tabId the tab that looks at the run, for its driver to be known as present; empty for a mere glance at it
 */
export function useRunState(runId: () => string, tabId: string) {
  const state = shallowRef<RunState>();
  const error = shallowRef<ConnectError>();

  /** Takes a whole state unless a newer one is there, or it is of a run that was left meanwhile. */
  function take(next: RunState | undefined): void {
    if (next?.run?.id !== runId()) return;
    if (!state.value || next.sequence >= state.value.sequence) state.value = next;
  }

  useTopic(
    () => {
      state.value = undefined;
      error.value = undefined;
      return {
        case: "run",
        value: { $typeName: "interval.operator.v1.RunTopic", runId: runId(), afterSequence: 0n, tabId },
      };
    },
    {
      updates(updates) {
        for (const update of updates) {
          if (update.case === "runState") take(update.value);
          else if (update.case === "runEvent" && state.value) state.value = reduceRun(state.value, update.value);
        }
      },
      failed: (cause) => (error.value = cause),
    },
  );

  return { state, error, take };
}
