import { ConnectError } from "@connectrpc/connect";
import type { Run, RunStatus } from "@interval/proto";
import { computed, shallowRef, watch } from "vue";
import type { Place } from "../lib/links.ts";
import { useApi } from "../transport.ts";
import { useTopic } from "./useWatch.ts";

/** Which runs a list holds. */
export interface RunListOptions {
  /** Runs a page. */
  pageSize: number;
  /** Only runs that stand so; all when left out. */
  statuses?: readonly RunStatus[];
}

/** The runs of an environment, newest first, a page at a time, and live. */
export function useRunList(place: Place, { pageSize, statuses = [] }: RunListOptions) {
  const { runs: service } = useApi();
  const byId = shallowRef(new Map<string, Run>());
  const nextPageToken = shallowRef("");
  const loading = shallowRef(true);
  const error = shallowRef<ConnectError>();
  let generation = 0;

  function put(runs: Iterable<Run>): void {
    const next = new Map(byId.value);
    for (const run of runs) {
      if (statuses.length > 0 && !statuses.includes(run.status)) next.delete(run.id);
      else next.set(run.id, run);
    }
    byId.value = next;
  }

  async function loadMore(): Promise<void> {
    const mine = generation;
    const { organization, environment } = place;
    loading.value = true;
    error.value = undefined;
    try {
      const page = { pageSize, pageToken: nextPageToken.value };
      const response = await service.listRuns({ organization, environment, statuses: [...statuses], ...page });
      if (mine !== generation) return;
      put(response.runs.filter(({ id }) => !byId.value.has(id))); // what came live is newer
      nextPageToken.value = response.nextPageToken;
    } catch (cause) {
      if (mine === generation) error.value = ConnectError.from(cause);
    } finally {
      if (mine === generation) loading.value = false;
    }
  }

  watch(
    () => [place.organization, place.environment],
    () => {
      generation++;
      byId.value = new Map();
      nextPageToken.value = "";
      void loadMore();
    },
    { immediate: true },
  );

  useTopic(
    () => {
      const { organization, environment } = place;
      return {
        case: "runList",
        value: { $typeName: "interval.operator.v1.RunListTopic", organization, environment },
      };
    },
    { updates: (updates) => put(updates.flatMap((update) => (update.case === "run" ? [update.value] : []))) },
  );

  return {
    runs: computed(() => [...byId.value.values()].sort(newestFirst)),
    hasMore: computed(() => nextPageToken.value !== ""),
    loading,
    error,
    loadMore,
  };
}

function newestFirst(a: Run, b: Run): number {
  return Number((b.startTime?.seconds ?? 0n) - (a.startTime?.seconds ?? 0n)) || (a.id < b.id ? 1 : -1);
}
