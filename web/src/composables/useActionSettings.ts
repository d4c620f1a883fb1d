import { ConnectError } from "@connectrpc/connect";
import { type CatalogEntry, limits } from "@interval/proto";
import { shallowRef } from "vue";
import type { Place } from "../lib/links.ts";
import { useApi } from "../transport.ts";
import { useTopic } from "./useWatch.ts";

/** Calls back at first, and whenever something about the catalogue of an environment has changed. */
export function useCatalogChanges(place: Place, changed: () => void): void {
  useTopic(
    () => {
      const { organization, environment } = place;
      return { case: "catalog", value: { $typeName: "interval.operator.v1.CatalogTopic", organization, environment } };
    },
    { updates: changed },
  );
}

/** All actions and pages of an environment as those see them who look after it; read again whenever something changes. */
export function useActionSettings(place: Place) {
  const { settings } = useApi();
  const entries = shallowRef<CatalogEntry[]>();
  const error = shallowRef<ConnectError>();
  let latest = 0;

  async function load(): Promise<void> {
    const turn = ++latest;
    const { organization, environment } = place;
    const all: CatalogEntry[] = [];
    try {
      for (let pageToken = ""; ; ) {
        const request = { organization, environment, pageSize: limits.pageSize.max, pageToken };
        const page = await settings.listActionSettings(request);
        all.push(...page.entries);
        pageToken = page.nextPageToken;
        if (!pageToken) break;
      }
      if (turn !== latest) return;
      entries.value = all;
      error.value = undefined;
    } catch (cause) {
      if (turn === latest) error.value = ConnectError.from(cause);
    }
  }

  useCatalogChanges(place, () => void load());
  return { entries, error, load };
}
