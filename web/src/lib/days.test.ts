import { describe, expect, it } from "vitest";
import { parseDay } from "./days.ts";

describe("a day that a person wrote", () => {
  it.each([
    ["en-US", "2024-02-29"],
    ["de-DE", "2024-2-29"],
    ["en-US", "2/29/2024"],
    ["en-US", "02/29/24"],
    ["en-GB", "29/02/2024"],
    ["de-DE", "29.02.2024"],
    ["de-DE", "29. Februar 2024"],
    ["en-US", "Feb 29, 2024"],
    ["fr-FR", "29 févr. 2024"],
    ["de-DE", "29 Feb 2024"],
    ["ja-JP", "2024/2/29"],
    ["en-US", "2024-02-29T00:00:00Z"],
    ["en-US", "2/29/2024 0:00"],
  ])("is read in %s from %s", (locale, text) => {
    expect(parseDay(text, locale)).toMatchObject({ year: 2024, month: 2, day: 29 });
  });

  it.each(["", "tomorrow", "2023-02-29", "29/2/2024", "2/29", "2024-02-29T10:00", "1.5", "2/29/024", "20240229"])(
    "is not seen in %j",
    (text) => {
      expect(parseDay(text, "en-US")).toBeUndefined();
    },
  );

  it("of two digits is near", () => {
    expect(parseDay("1/2/69", "en-US")?.year).toBe(2069);
    expect(parseDay("1/2/70", "en-US")?.year).toBe(1970);
  });
});
