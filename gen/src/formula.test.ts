import { expect, it } from "vitest";
import { withoutFormula } from "./formula.ts";

it.each([
  ["=1+1", "'=1+1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"],
  ["-2+cmd", "'-2+cmd"],
  ["\t=1", "'\t=1"],
  ["＝1", "'＝1"],
  ["-1,234.5", "-1,234.5"],
  ["-5%", "-5%"],
  ["+1", "'+1"],
  ["a=b", "a=b"],
  ["", ""],
])("%j is written to spreadsheets as %j", (text, written) => {
  expect(withoutFormula(text)).toBe(written);
});
