import type { GetRunFacetsResponse } from "@interval/proto";
import { shallowRef, watch } from "vue";
import type { Place } from "../lib/links.ts";
import { whenIdle } from "../lib/when-idle.ts";
import { useApi } from "../transport.ts";

/**
 * What the runs of an environment can be filtered by. It is loaded behind the list, and again when it is about to be looked at; when it cannot
 * be had, what was known before stays, and `failed` says so.
 */
export function useRunFacets(place: Place, ready: () => boolean) {
  const { runs: service } = useApi();
  const facets = shallowRef<GetRunFacetsResponse>();
  const failed = shallowRef(false);
  let generation = 0;

  async function load(): Promise<void> {
    const mine = ++generation;
    const { organization, environment } = place;
    const known = await service.getRunFacets({ organization, environment }).catch(() => undefined);
    if (mine !== generation) return;
    failed.value = known === undefined;
    facets.value = known ?? facets.value;
  }

  watch(
    () => ready() && `${place.organization}/${place.environment}`,
    (wanted, before) => {
      if (wanted && wanted !== before) whenIdle(load);
    },
    { immediate: true },
  );
  return { facets, failed, load };
}
