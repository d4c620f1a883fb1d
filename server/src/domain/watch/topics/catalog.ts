import { toBinary } from "@bufbuild/protobuf";
import { type CatalogEntry, CatalogEntrySchema, type CatalogTopic } from "@interval/proto";
import { findPlace, scopeKey } from "../../access/place.ts";
import { listed } from "../../hosts/listed.ts";
import { inListUpdates } from "./list-updates.ts";
import type { FindTopic } from "./topic.ts";

/** The catalogue of an environment, whole, at first and whenever it changes. */
export const findCatalog: FindTopic<CatalogTopic> = async (caller, topic, { hosts, people }) => {
  const place = await findPlace(caller, topic, people);
  return (subscription) => {
    const tell = (entries: ReadonlyMap<string, CatalogEntry>) =>
      subscription.send(
        ...inListUpdates(listed(entries, place), sizeOf, (entries, part) => ({
          case: "catalog" as const,
          value: { entries, ...part },
        })),
      );
    subscription.onEnd(hosts.changes.listen(scopeKey(place.scope), tell));
    tell(hosts.entries(place.scope));
  };
};

const sizeOf = (entry: CatalogEntry) => toBinary(CatalogEntrySchema, entry).length;
