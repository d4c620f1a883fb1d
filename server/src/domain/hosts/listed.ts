import type { CatalogEntry } from "@interval/proto";
import { canOpen, type Place } from "../access/place.ts";

/** The entries that lists show in a place: those that may be opened, unlisted and archived ones left out. */
export function listed(entries: ReadonlyMap<string, CatalogEntry>, place: Place): CatalogEntry[] {
  return [...entries]
    .filter(([path, { route, archived }]) => !route?.unlisted && !archived && canOpen(path, entries, place))
    .map(([, entry]) => entry);
}
