import ui from "@nuxt/ui/runtime/locale/de.js";
import texts from "../locales/de.json";

export default { texts, ui };
