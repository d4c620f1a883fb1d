import { countWithin, limits } from "@interval/proto";

/** A list in as many updates as it needs, one at least. Each but the last says that more follow. */
export function inListUpdates<T, U>(
  items: readonly T[],
  sizeOf: (item: T) => number,
  update: (part: T[], more: boolean) => U,
): U[] {
  const updates: U[] = [];
  for (let from = 0; from < items.length || updates.length === 0; ) {
    const rest = items.slice(from);
    const part = rest.slice(0, countWithin(rest, sizeOf, limits.listBytes));
    from += part.length;
    updates.push(update(part, from < items.length));
  }
  return updates;
}
