/** Runs that were started in this tab, whose end has not been seen yet: they may end before they are first shown. */
const unseen = new Set<string>();

/** A run was started in this tab. */
export function noteStarted(runId: string): void {
  unseen.add(runId);
}

/** The end of a run is on screen. Returns whether it was started in this tab and its end was not seen before. */
export function takeStarted(runId: string): boolean {
  return unseen.delete(runId);
}
