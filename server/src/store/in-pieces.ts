/** Reads what belongs to many ids, so many at a time that no statement is too large and none holds up the others. */
export async function inPieces<T>(
  ids: readonly string[],
  read: (piece: readonly string[]) => Promise<T[]>,
): Promise<T[]> {
  const found: T[] = [];
  for (let i = 0; i < ids.length; i += 500) found.push(...(await read(ids.slice(i, i + 500))));
  return found;
}
