import type { ConnectError } from "@connectrpc/connect";
import type { CatalogEntry } from "@interval/proto";
import { shallowRef } from "vue";
import type { Place } from "../lib/links.ts";
import { ListParts } from "../lib/list-parts.ts";
import { useTopic } from "./useWatch.ts";

/** The live catalogue of an environment; undefined until it is there. */
export function useCatalog(place: Place) {
  const entries = shallowRef<CatalogEntry[]>();
  const error = shallowRef<ConnectError>();
  const parts = new ListParts<CatalogEntry>();
  useTopic(
    () => {
      entries.value = undefined;
      error.value = undefined;
      const { organization, environment } = place;
      return {
        case: "catalog",
        value: { $typeName: "interval.operator.v1.CatalogTopic", organization, environment },
      };
    },
    {
      updates(updates) {
        for (const update of updates) {
          if (update.case === "catalog")
            entries.value = parts.take(update.value.entries, update.value) ?? entries.value;
        }
      },
      failed: (cause) => (error.value = cause),
    },
  );
  return { entries, error };
}
