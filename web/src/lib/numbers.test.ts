import { describe, expect, it } from "vitest";
import { numberFormat } from "./numbers.ts";

describe("a number field", () => {
  it.each([
    ["en-US", "1,234.5", 1234.5],
    ["de-DE", "1.234,5", 1234.5],
    ["fr-FR", "1\u202f234,5", 1234.5],
    ["en-US", "-5", -5],
    ["en-US", "−5", -5],
    ["en-US", "1e3", 1000],
    ["en-IN", "12,34,567", 1_234_567],
    ["en-US", "1234567.25", 1_234_567.25],
    ["de-CH", "1’234.5", 1234.5],
    ["ar-EG", "١٢٫٥", 12.5],
    ["ar-EG", "١٬٢٣٤", 1234],
    ["de-CH", "1'234.5", 1234.5],
    ["en-IN", "12,34,567", 1234567],
    ["en-US", "0", 0],
  ])("reads %s %s", (locale, text, number) => {
    expect(numberFormat(locale).parse(text)).toBe(number);
  });

  it.each(["", "five", "1.2.3", "5 apples", "--5", "9,99", "1,2345"])("does not take %j for a number", (text) => {
    expect(numberFormat("en-US").parse(text)).toBeNaN();
  });

  it.each([
    ["en-US", "1,5"],
    ["en-US", "1,2345"],
    ["de-DE", "1.5"],
    ["de-DE", "2024.05"],
  ])("in %s does not take the other languages' %s for a larger number", (locale, text) => {
    expect(numberFormat(locale).parse(text)).toBeNaN();
  });

  it("writes what it can read again", () => {
    for (const locale of ["en-US", "de-DE", "fr-FR", "de-CH", "en-IN"]) {
      const { format, parse } = numberFormat(locale, "EUR");
      expect(parse(format(-1234567.5))).toBe(-1234567.5);
    }
  });

  it.each([
    ["USD", undefined, "1,234.50"],
    ["JPY", undefined, "1,234.5"],
    ["KWD", undefined, "1,234.500"],
    ["HUF", undefined, "1,234.50"],
    ["USD", 0, "1,234.5"],
    [undefined, 2, "1,234.5"],
  ])("writes an amount of %s to %s decimals as %s", (currency, decimals, text) => {
    expect(numberFormat("en-US", currency, decimals).format(1234.5)).toBe(text);
  });

  it("reads an amount with its symbol, negative too", () => {
    expect(numberFormat("en-US", "USD").parse("-$9.99")).toBe(-9.99);
    expect(numberFormat("ja-JP", "JPY").parse("￥1,500")).toBe(1500);
    expect(numberFormat("en-US", "KWD").parse("KWD 1.234")).toBe(1.234);
  });

  it("shows the currency where the language has it", () => {
    expect(numberFormat("en-US", "USD")).toMatchObject({ prefix: "$", suffix: "" });
    expect(numberFormat("de-DE", "EUR")).toMatchObject({ prefix: "", suffix: "€" });
    expect(numberFormat("en-US", "nonsense")).toMatchObject({ prefix: "", suffix: "" });
  });
});
