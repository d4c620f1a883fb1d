/**
 * A span as people read it.
 *
 * @example spanText(600_000) // "10 minutes"
 */
export function spanText(ms: number): string {
  const isMinutes = ms >= 120_000 && ms % 60_000 === 0;
  const count = isMinutes ? ms / 60_000 : Math.max(1, Math.round(ms / 1000));
  const unit = isMinutes ? "minute" : "second";
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
