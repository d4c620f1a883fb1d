// English for tests of right-to-left languages: its words run from right to left, and the dashboard with them. It is offered to nobody; a
// browser whose language is "ar-XB", as browsers call it too, gets it.
import ui from "@nuxt/ui/runtime/locale/en.js";
import type { Texts } from "../i18n.ts";
import english from "../locales/en.json";
import { mapTexts } from "./map-texts.ts";

const override = "\u202e";
const end = "\u202c";

/** What stands between placeholders and plural forms is turned around. */
function turned(text: string): string {
  return text.replace(/(\{[^}]*\})|\s*\|\s*|[^{|]+/g, (part, placeholder: string | undefined) =>
    placeholder || part.includes("|") ? part : `${override}${part}${end}`,
  );
}

export default {
  texts: mapTexts<Texts>(english, turned),
  ui: { ...ui, code: "ar-XB", dir: "rtl" as const },
};
