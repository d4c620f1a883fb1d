import { createI18n } from "vue-i18n";
import en from "./locales/en.json";

/** The texts of the dashboard. English is the one that every other catalogue is measured by. */
export function createTexts() {
  return createI18n({ legacy: false, locale: "en", fallbackLocale: "en", messages: { en } });
}
