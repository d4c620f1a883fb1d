/**
 * Makes the text of one part of a key safe to join with others: `~`, `/` and `#` become `~0`, `~1` and `~2`.
 *
 * @example escapeKey("In/Out") // "In~1Out"
 */
export function escapeKey(part: string): string {
  return part.replaceAll("~", "~0").replaceAll("/", "~1").replaceAll("#", "~2");
}

/** Undoes {@link escapeKey}. */
export function unescapeKey(part: string): string {
  return part.replaceAll("~2", "#").replaceAll("~1", "/").replaceAll("~0", "~");
}

/**
 * The key of what has none of its own: kind, label, and from the second occurrence on its number.
 *
 * @example implicitKey("inputText", "Your name", 1) // "inputText:Your name"
 * @example implicitKey("inputText", "Your name", 2) // "inputText:Your name#2"
 */
export function implicitKey(kind: string, label: string, occurrence: number): string {
  const base = `${kind}:${escapeKey(label)}`;
  return occurrence > 1 ? `${base}#${occurrence}` : base;
}

/**
 * The key of an option: its value behind its type's letter, so that `1` and `"1"` differ.
 *
 * @example optionKey("red") // "s:red"
 * @example optionKey(1) // "n:1"
 */
export function optionKey(value: string | number | boolean | bigint | Date): string {
  if (value instanceof Date) return `d:${value.toISOString()}`;
  const letter = { string: "s", number: "n", boolean: "b", bigint: "i" }[
    typeof value as "string" | "number" | "boolean" | "bigint"
  ];
  return `${letter}:${value}`.toWellFormed(); // as it arrives: the wire has no half surrogate pairs
}
