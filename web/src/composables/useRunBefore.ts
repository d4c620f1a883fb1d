import type { RunState } from "@interval/proto";
import { type ShallowRef, shallowRef, watch } from "vue";
import { useApi } from "../transport.ts";

/** The run that another one starts again, once it is loaded. One that may not be seen any more, or is gone, is left out: nothing is filled in. */
export function useRunBefore(runId: () => string | undefined): Readonly<ShallowRef<RunState | undefined>> {
  const { runs } = useApi();
  const before = shallowRef<RunState>();
  watch(
    runId,
    async (id) => {
      before.value = undefined;
      if (!id) return;
      const { state } = await runs.getRun({ runId: id }).catch(() => ({ state: undefined }));
      if (runId() === id) before.value = state;
    },
    { immediate: true },
  );
  return before;
}
