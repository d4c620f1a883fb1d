import { type CatalogEntry, limits, type RouteFault } from "@interval/proto";
import { canOpen, type Place } from "../access/place.ts";

/** The entries that lists show in a place: those that may be opened, unlisted and archived ones left out. */
export function listed(entries: ReadonlyMap<string, CatalogEntry>, place: Place): CatalogEntry[] {
  return [...entries]
    .filter(([path, { route, archived }]) => !route?.unlisted && !archived && canOpen(path, entries, place))
    .map(([, entry]) => entry);
}

/** What lists show of files that a host could not use: so many of them, and of their texts the beginning. */
export function listedFaults(faults: RouteFault[]): RouteFault[] {
  const { file, message, stack } = limits.listedFault;
  return faults.slice(0, limits.routeFaults).map((fault) => ({
    ...fault,
    file: fault.file.slice(0, file),
    message: fault.message.slice(0, message),
    stack: fault.stack?.slice(0, stack),
  }));
}
