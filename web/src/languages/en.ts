import ui from "@nuxt/ui/runtime/locale/en.js";
import texts from "../locales/en.json";

export default { texts, ui };
