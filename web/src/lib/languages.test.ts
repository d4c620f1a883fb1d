import { languages } from "@interval/proto";
import { expect, it } from "vitest";
import { chooseLanguage } from "./languages.ts";

it.each([
  [["de-CH", "en"], "de"],
  [["DE"], "de"],
  [["fr-FR", "de-AT"], "de"],
  [["fr-FR"], "en"],
  [["en-GB", "de"], "en"],
  [["ar-XB"], "ar-XB"],
  [["ar"], "en"],
  [[], "en"],
])("of %j, %s is read", (wanted, language) => expect(chooseLanguage(wanted)).toBe(language));

it("offers nobody the pseudo-language", () => expect(languages).not.toContain("ar-XB"));
