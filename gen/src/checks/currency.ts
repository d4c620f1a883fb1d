/**
 * The ISO 4217 codes whose minor unit is not a hundredth. Written down, since engines take their own from CLDR, where forints and
 * Colombian pesos have no decimals, and browser and server must agree.
 */
const minorUnits: Readonly<Record<number, string>> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW",
};

const decimalsByCode = new Map(
  Object.entries(minorUnits).flatMap(([decimals, codes]) => codes.split(" ").map((code) => [code, Number(decimals)])),
);

/**
 * How many decimal places an amount of a currency has: its ISO 4217 minor units; 2 for a code that is not listed.
 *
 * @example currencyDecimals("JPY") // 0
 */
export function currencyDecimals(code: string): number {
  return decimalsByCode.get(code.toUpperCase()) ?? 2;
}
