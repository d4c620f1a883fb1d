import { textOf } from "./table-cell.ts";

/** Whether what a cell shows contains a text. */
export type Matches = (shown: unknown) => boolean;

/**
 * What finds cells that contain a term, whatever its case. It reads every cell of every row, so what cannot match for its type alone is not even
 * written out: no date contains "smith".
 */
export function matcher(term: string): Matches {
  const wanted = term.toLowerCase();
  const inNumbers = numberIn(wanted);
  const inDates = /^[\d:.tz-]+$/.test(wanted);
  return (shown) => {
    switch (typeof shown) {
      case "string":
        return shown.toLowerCase().includes(wanted);
      case "number":
      case "bigint":
        return inNumbers !== undefined && String(shown).toLowerCase().includes(inNumbers);
      case "undefined":
        return false;
      default:
        if (shown instanceof Date && !inDates) return false;
        return textOf(shown).toLowerCase().includes(wanted);
    }
  };
}

/** A term as it may stand in a number; people also write "1,250" as they see it. */
function numberIn(term: string): string | undefined {
  const plain = term.replace(/(?<=\d)[,'’\s](?=\d)/g, "");
  return /^[\d.e+-]+$|^(nan|-?infinity)$/.test(plain) ? plain : undefined;
}
