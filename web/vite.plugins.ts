import ui from "@nuxt/ui/vite";
import vue from "@vitejs/plugin-vue";
import type { PluginOption } from "vite";
import { strictCsp, type UiColors } from "./csp-plugin.ts";
import { splitReka } from "./split-plugin.ts";

const colors = {
  primary: "indigo",
  secondary: "blue",
  success: "green",
  info: "blue",
  warning: "amber",
  error: "red",
  neutral: "zinc",
} as const satisfies UiColors;

/** A pointer over a button leaves its text readable: at least 4.5 to 1. */
const solidButtons = (["primary", "error"] as const).map((color) => ({
  color,
  variant: "solid" as const,
  class: `hover:bg-${color}/90 active:bg-${color}/90`,
}));

/** What turns the dashboard's sources into a page; shared by the build, the development server and the component tests. */
export function dashboardPlugins(): PluginOption[] {
  return [
    strictCsp(colors),
    splitReka(),
    vue(),
    ui({
      root: import.meta.dirname,
      ui: { colors, button: { compoundVariants: solidButtons } },
      colorMode: false,
      components: false,
      autoImport: false,
      dts: false,
      icon: { clientBundle: { scan: { globInclude: ["src/**/*.{vue,ts}"], globExclude: ["**/*.test.ts"] } } },
    }),
  ];
}
