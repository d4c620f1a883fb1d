/** How many items, from the first on, fit into so many bytes; one always fits. */
export function countWithin<T>(items: readonly T[], sizeOf: (item: T) => number, bytes: number): number {
  let left = bytes;
  let count = 0;
  for (const item of items) {
    left -= sizeOf(item);
    if (left < 0 && count > 0) break;
    count++;
  }
  return count;
}
