import type { languages } from "@interval/proto";
import { describe, expect, it } from "vitest";
import { createTexts, type Texts } from "../i18n.ts";
import de from "./de.json";
import en from "./en.json";

/** Each catalogue but the English one, which is what they are measured by. */
const catalogues = { de } satisfies Record<Exclude<(typeof languages)[number], "en">, Texts>;

/** The texts of a catalogue by their names. */
function flat(from: object, above = ""): Map<string, string> {
  const entries = Object.entries(from).flatMap(([name, value]: [string, unknown]): [string, string][] => {
    const path = above ? `${above}.${name}` : name;
    return typeof value === "object" && value !== null ? [...flat(value, path)] : [[path, String(value)]];
  });
  return new Map(entries);
}

const english = flat(en);
const forms = (text: string) => text.split("|").length;
const placeholders = (text: string) => [...new Set(text.match(/\{[^}]+\}/g))].sort();

describe.each(Object.entries(catalogues))("the catalogue %s", (language, catalogue) => {
  const texts = flat(catalogue);
  const shared = [...english].flatMap(([name, text]) => {
    const other = texts.get(name);
    return other === undefined ? [] : [{ name, text, other }];
  });

  it("has every text", () => {
    const missing = [...english].filter(([name]) => !texts.has(name)).map(([name, text]) => `${name}: ${text}`);
    expect(missing, `to be added to web/src/locales/${language}.json`).toEqual([]);
  });

  it("has no other", () => {
    const more = [...texts.keys()].filter((name) => !english.has(name));
    expect(more, `to be taken out of web/src/locales/${language}.json`).toEqual([]);
  });

  it("names the same in each text", () => {
    const wrong = shared.filter(({ text, other }) => String(placeholders(text)) !== String(placeholders(other)));
    expect(wrong).toEqual([]);
  });

  it("has as many plural forms of each text", () => {
    expect(shared.filter(({ text, other }) => forms(text) !== forms(other))).toEqual([]);
  });

  it("says nothing twice that is a sentence in English", () => {
    const same = shared.filter(({ text, other }) => text === other && /[a-z] [a-z]/.test(text));
    expect(same.map(({ name }) => name)).toEqual([]);
  });
});

it.each([
  ["en", en, ["No rows", "1 row", "2 rows"]],
  ["de", de, ["Keine Zeilen", "1 Zeile", "2 Zeilen"]],
] as const)("counts in %s", (language, texts, expected) => {
  const { t } = createTexts(language, texts).global;
  expect([0, 1, 2].map((n) => t("sheet.rows", { n }, n))).toEqual(expected);
});
