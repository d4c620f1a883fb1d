/** Prints rows as a table with their fields as columns, or as JSON. */
export function printRows(
  rows: ReadonlyArray<Record<string, string | null>>,
  json: boolean | undefined,
  none: string,
): void {
  console.log(json ? JSON.stringify(rows, null, 2) : tableOf(rows) || none);
}

/** Says what was done: in words, or what it was done to as JSON. */
export function printDone(what: object, json: boolean | undefined, text: string): void {
  console.log(json ? JSON.stringify(what, null, 2) : text);
}

function tableOf(rows: ReadonlyArray<Record<string, string | null>>): string {
  const [first] = rows;
  if (!first) return "";
  const columns = Object.keys(first);
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? "-"))];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => (line[i] ?? "").length)));
  return lines
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
