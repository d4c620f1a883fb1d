/** So many labels are kept in a tab. */
const most = 200;
const name = "interval:labels";

/**
 * What chosen items are called, kept for as long as the tab is open, so that a draft still shows names after a reload. Storage that is full or
 * shut off is no fault.
 */
export function rememberLabels(labels: ReadonlyMap<string, string>): void {
  const all = new Map(recallLabels());
  for (const [key, label] of labels) {
    all.delete(key);
    all.set(key, label);
  }
  try {
    sessionStorage.setItem(name, JSON.stringify([...all].slice(-most)));
  } catch {
    // A label is a convenience: without it the item's key is shown.
  }
}

/** The labels that are known in this tab, by key. */
export function recallLabels(): ReadonlyMap<string, string> {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(name) ?? "[]");
    return new Map(Array.isArray(stored) ? stored.filter(isPair) : []);
  } catch {
    return new Map();
  }
}

function isPair(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === "string");
}
