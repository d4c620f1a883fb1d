import type { GetRunFacetsResponse } from "@interval/proto";
import { shallowRef, watch } from "vue";
import type { Place } from "../lib/links.ts";
import { useApi } from "../transport.ts";

/** What the runs of an environment can be filtered by. It is loaded behind the list, and left out when it cannot be had. */
export function useRunFacets(place: Place, ready: () => boolean) {
  const { runs: service } = useApi();
  const facets = shallowRef<GetRunFacetsResponse>();
  watch(
    () => ready() && `${place.organization}/${place.environment}`,
    async (wanted, _before, onCleanup) => {
      if (!wanted) return;
      const ended = new AbortController();
      onCleanup(() => ended.abort());
      const { organization, environment } = place;
      facets.value = await service
        .getRunFacets({ organization, environment }, { signal: ended.signal })
        .catch(() => facets.value);
    },
    { immediate: true },
  );
  return facets;
}
