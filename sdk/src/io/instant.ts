import type { DateObject } from "./civil.ts";

/**
 * The first moment of a day on this machine's clock: midnight, or the end of the leap where the zone leaps over midnight. The getters say the
 * day. Where the zone has left out the whole day it is the first moment after it.
 */
export function startOfDay({ year, month, day }: DateObject): Date {
  // The constructor takes years below 100 for those of the last century.
  const date = new Date(2000, 0, 1);
  date.setFullYear(year, month - 1, day);
  date.setHours(0, 0, 0, 0);
  return date;
}
