/** What a program received, with its type beside it. */
export function received(value: unknown): { type: string; value: unknown } {
  return { type: typeOf(value), value };
}

/** The type of a value as a programmer would say it. */
export function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `array of ${value.length}`;
  return typeof value === "object" ? (value.constructor?.name ?? "object") : typeof value;
}
