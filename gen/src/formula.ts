/**
 * A text that no spreadsheet program takes for a formula: what could be one gets an apostrophe in front. Negative numbers stay as they
 * are.
 */
export function withoutFormula(text: string): string {
  return /^[=+\-@\t\r＝＋－＠]/.test(text) && !/^-\d[\d.,'’\s]*%?$/.test(text) ? `'${text}` : text;
}
