/** The same catalogue with other words. */
export function mapTexts<T extends object>(texts: T, change: (text: string) => string): T {
  return JSON.parse(JSON.stringify(texts), (_key, value: unknown) =>
    typeof value === "string" ? change(value) : value,
  );
}
