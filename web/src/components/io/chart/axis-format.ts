/** How the values of an axis are written: at its ticks in short, beside the pointer in full. */
export interface AxisFormat {
  tick: (value: number) => string;
  full: (value: number) => string;
}

const day = 86_400_000;

/**
 * Numbers, in short from a million on.
 *
 * @param grouping `min2` keeps four digits together: numbers along the bottom are often years
 */
export function numberAxis(locale: string | undefined, grouping: "auto" | "min2" = "auto"): AxisFormat {
  const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 4, useGrouping: grouping });
  const short = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 2 });
  return {
    tick: (value) => (Math.abs(value) >= 1_000_000 ? short : plain).format(value),
    full: (value) => plain.format(value),
  };
}

/** Moments as milliseconds of the wall clock, as finely as their span allows. */
export function timeAxis(locale: string | undefined, moments: readonly number[]): AxisFormat {
  const format = (options: Intl.DateTimeFormatOptions) => {
    const known = new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
    return (value: number) => known.format(value);
  };
  const span =
    moments.reduce((most, at) => Math.max(most, at), -Infinity) -
    moments.reduce((least, at) => Math.min(least, at), Infinity);
  const wholeDays = moments.every((at) => at % day === 0);
  return {
    tick: format(
      span > 500 * day
        ? { year: "numeric", month: "short" }
        : span > 2 * day
          ? { month: "short", day: "numeric" }
          : { hour: "numeric", minute: "2-digit" },
    ),
    full: format(wholeDays ? { dateStyle: "medium" } : { dateStyle: "medium", timeStyle: "short" }),
  };
}
