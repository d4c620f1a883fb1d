import type { RunEvent } from "@interval/proto";
import { shallowRef } from "vue";
import { useTopic } from "./useWatch.ts";

/** The log lines of a run, oldest first, live. */
export function useLogs(runId: () => string) {
  const lines = shallowRef<RunEvent[]>([]);
  useTopic(
    () => {
      lines.value = [];
      return {
        case: "logs",
        value: { $typeName: "interval.operator.v1.LogTopic", runId: runId(), afterSequence: 0n },
      };
    },
    {
      updates(updates) {
        const last = lines.value.at(-1)?.sequence ?? 0n;
        const fresh = updates.flatMap((update) => (update.case === "runEvent" ? [update.value] : []));
        const isLine = ({ kind, sequence }: RunEvent) => kind.case === "logged" && sequence > last;
        lines.value = [...lines.value, ...fresh.filter(isLine)];
      },
    },
  );
  return lines;
}
