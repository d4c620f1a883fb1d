import type { JournalStore } from "../../store/store.ts";

/** So few at a time, that answers are never held up. */
const batch = 100;

/**
 * Removes runs that ended longer ago than they are kept, transcripts included. Open runs are never removed, however old. Their assets go with the
 * assets' own clean-up.
 *
 * @returns how many were removed
 */
export async function cleanUpRuns(journal: JournalStore, retentionMs: number, now = Date.now()): Promise<number> {
  for (let removed = 0; ; ) {
    const count = await journal.removeRuns(now - retentionMs, batch);
    removed += count;
    if (count < batch) return removed;
  }
}
