import { languages } from "@interval/proto";

/** A language that there are texts in; the pseudo-language is for tests, and offered to nobody. */
export type Language = (typeof languages)[number] | typeof pseudo;

/** Not a language: the name that browsers have for an English that runs from right to left. */
const pseudo = "ar-XB";

/** The language of a tag, where there are texts in it. */
export function languageOf(tag: string): Language | undefined {
  if (tag === pseudo) return pseudo;
  const language = tag.toLowerCase().split("-")[0];
  return languages.find((known) => known === language);
}

/** The first of the wanted languages that there are texts in, else English. */
export function chooseLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const language = languageOf(tag);
    if (language) return language;
  }
  return "en";
}
