import { decimalsOf } from "@interval/proto";

/** How a number field reads and writes numbers in one language. */
export interface NumberFormat {
  /** Written with grouping and the decimals that it has. */
  format(number: number): string;
  /** What a person typed; NaN when it is no number. */
  parse(text: string): number;
  /** The symbol of the currency, before or after the number. */
  prefix: string;
  suffix: string;
}

/**
 * The number format of a language, perhaps of a currency.
 *
 * @param decimals how many decimal places are allowed; unset means those of the currency, else none
 */
export function numberFormat(locale?: string, currency?: string, decimals?: number): NumberFormat {
  const symbol = currency ? currencyFormat(locale, currency) : undefined;
  const least = symbol ? decimalsOf({ decimals, currency }) : 0;
  const plain = new Intl.NumberFormat(locale, { minimumFractionDigits: least, maximumFractionDigits: 15 });
  const parts = new Intl.NumberFormat(locale).formatToParts(-12_345.6);
  const part = (type: string) => parts.find((known) => known.type === type)?.value ?? "";
  const digits = new Map(
    [..."0123456789"].map((digit) => [
      new Intl.NumberFormat(locale, { useGrouping: false }).format(Number(digit)),
      digit,
    ]),
  );
  // A group that has not its digits is no group: "1,5" is not 15.
  const group = `[${escaped(part("group"))}\\s'’]`;
  const groups = new RegExp(group, "g");
  const decimal = escaped(part("decimal"));
  const whole = `\\d{1,3}(?:${group}\\d{2,3})*${group}\\d{3}|\\d+`;
  const written = new RegExp(`^[+-]?\\s*(?:(?:${whole})(?:${decimal}\\d*)?|${decimal}\\d+)(?:e[+-]?\\d+)?$`, "i");
  const around = symbol?.formatToParts(1) ?? [];
  const at = around.findIndex(({ type }) => type === "currency");
  const integer = around.findIndex(({ type }) => type === "integer");
  const sign = around[at]?.value ?? "";

  return {
    format: (number) => (Number.isFinite(number) ? plain.format(number) : ""),
    parse(text) {
      const latin = [...text.trim()].map((letter) => digits.get(letter) ?? letter).join("");
      const bare = latin
        .replaceAll(sign || "\u0000", "")
        .replace(/[\u061c\u200e\u200f]/g, "")
        .trim()
        .replace(/^[−–]/, "-");
      return written.test(bare) ? Number(bare.replace(groups, "").replace(part("decimal"), ".")) : Number.NaN;
    },
    prefix: at >= 0 && at < integer ? sign : "",
    suffix: at > integer ? sign : "",
  };
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|-]/g, "\\$&");
}

function currencyFormat(locale: string | undefined, currency: string): Intl.NumberFormat | undefined {
  try {
    return new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol" });
  } catch {
    return undefined; // not a code that this browser knows
  }
}
