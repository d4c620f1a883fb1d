/** How many are seen to at a time. */
const width = 32;

/** Does something for many, a few at a time, so that they share reads and hold up nobody. */
export async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
