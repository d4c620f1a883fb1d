import { type InjectionKey, inject, readonly, shallowRef } from "vue";
import { createI18n } from "vue-i18n";
import { chooseLanguage, type Language, languageOf } from "./lib/languages.ts";
import type en from "./locales/en.json";

/** A catalogue. English is the one that every other is measured by. */
export type Texts = typeof en;

/** All that a language needs: the dashboard's texts, and those of its component library. */
type Pack = Awaited<ReturnType<(typeof packs)[Language]>>["default"];

/** Each language is loaded when somebody reads it. */
const packs = {
  en: () => import("./languages/en.ts"),
  de: () => import("./languages/de.ts"),
  "ar-XB": () => import("./languages/pseudo.ts"),
} satisfies Record<Language, () => Promise<unknown>>;

const storageName = "interval:language";

/** The texts of the dashboard in one language. */
export function createTexts(language: Language, texts: Texts) {
  return createI18n({ legacy: false, locale: language, messages: { [language]: texts }, missingWarn: false });
}

/** The language that is read, and all it needs. */
export type Languages = Awaited<ReturnType<typeof loadLanguages>>;

export const languagesKey: InjectionKey<Languages> = Symbol("languages");

/** Loads the language that was read here last, else the browser's. */
export async function loadLanguages() {
  const first = languageOf(localStorage.getItem(storageName) ?? "") ?? chooseLanguage(navigator.languages);
  const pack = shallowRef<Pack>((await packs[first]()).default);
  const texts = createTexts(first, pack.value.texts);
  let wanted = first;
  mark();

  function mark(): void {
    document.documentElement.lang = pack.value.ui.code;
    document.documentElement.dir = pack.value.ui.dir;
  }

  return {
    plugin: texts,
    /** The component library's part of the language that is shown. */
    pack: readonly(pack),
    /** Shows the language of a tag, that of the browser for none, and keeps it for the next visit. */
    async show(tag: string): Promise<void> {
      const language = chooseLanguage(tag ? [tag] : navigator.languages);
      if (tag) localStorage.setItem(storageName, language);
      else localStorage.removeItem(storageName);
      if (language === wanted) return;
      wanted = language;
      const loaded = (await packs[language]()).default;
      if (language !== wanted) return; // another one was chosen meanwhile
      texts.global.setLocaleMessage(language, loaded.texts);
      texts.global.locale.value = language;
      pack.value = loaded;
      mark();
    },
  };
}

/** The languages that the application was given. */
export function useLanguages(): Languages {
  const languages = inject(languagesKey);
  if (!languages) throw new Error("No languages were provided: call app.provide(languagesKey, await loadLanguages()).");
  return languages;
}
