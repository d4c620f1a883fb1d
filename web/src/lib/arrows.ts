/** The keys that move from one item to the next. */
const directions: Readonly<Record<string, { x: number; y: number }>> = {
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
};

/** Where something stands on the screen. */
export interface Spot {
  left: number;
  top: number;
}

/**
 * The item that an arrow key leads to: sideways the next one in their order, up and down the nearest one in the next row. Undefined where there
 * is none, or for another key.
 */
export function arrowTarget(spots: readonly Spot[], from: number, key: string): number | undefined {
  const direction = directions[key];
  const here = spots[from];
  if (!direction || !here) return undefined;
  if (direction.x !== 0) return spots[from + direction.x] && from + direction.x;
  const beyond = spots.flatMap((spot, index) => {
    const rows = (spot.top - here.top) * direction.y;
    return rows > 1 ? [{ index, rows, columns: Math.abs(spot.left - here.left) }] : [];
  });
  return beyond.sort((a, b) => a.rows - b.rows || a.columns - b.columns)[0]?.index;
}
