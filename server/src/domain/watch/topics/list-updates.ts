import { countWithin, limits } from "@interval/proto";

/** Which update of a list it is, and whether others follow. */
interface Place {
  part: number;
  more: boolean;
}

/** A list in as many updates as it needs, one at least. */
export function inListUpdates<T, U>(
  items: readonly T[],
  sizeOf: (item: T) => number,
  update: (items: T[], place: Place) => U,
): U[] {
  const updates: U[] = [];
  for (let from = 0; from < items.length || updates.length === 0; ) {
    const rest = items.slice(from);
    const fitting = rest.slice(0, countWithin(rest, sizeOf, limits.listBytes));
    from += fitting.length;
    updates.push(update(fitting, { part: updates.length, more: from < items.length }));
  }
  return updates;
}
