import colors from "tailwindcss/colors";
import type { Plugin } from "vite";

const shades = [50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 950] as const;
type Palette = "indigo" | "blue" | "green" | "amber" | "red" | "zinc";
export type UiColors = Record<string, Palette>;

/** The custom properties that Nuxt UI would otherwise write into a style element at run time. */
function uiColorsCss(map: UiColors): string {
  const variables = Object.entries(map).flatMap(([name, palette]) =>
    shades.map((shade) => `--ui-color-${name}-${shade}: var(--color-${palette}-${shade}, ${colors[palette][shade]});`),
  );
  const pick = (shade: number) =>
    Object.keys(map)
      .filter((name) => name !== "neutral")
      .map((name) => `--ui-${name}: var(--ui-color-${name}-${shade});`)
      .join("");
  return `@layer theme{:root,:host{${variables.join("")}}:root,:host,.light{${pick(500)}}.dark{${pick(400)}}}`;
}

/**
 * Replaces the style elements that libraries inject at run time by static CSS, so that the policy `style-src 'self'` holds.
 * It fails the build when a library no longer looks as expected.
 */
export function strictCsp(map: UiColors): Plugin {
  const css = new Map([["ui-colors", uiColorsCss(map)]]);
  const prefix = "virtual:csp/";
  return {
    name: "strict-csp",
    enforce: "pre",
    resolveId(id) {
      return id.startsWith(prefix) ? `\0${id}` : undefined;
    },
    load(id) {
      if (id.startsWith(`\0${prefix}`)) return css.get(id.slice(prefix.length + 1, -".css".length));
      if (/@nuxt\/ui\/dist\/runtime\/plugins\/colors\.js/.test(id)) {
        return `import "${prefix}ui-colors.css"; export default { install() {} }`;
      }
      // It serves the plugin above alone.
      if (/@nuxt\/ui\/dist\/runtime\/vue\/plugins\/head\.js/.test(id)) return "export default { install() {} }";
      return undefined;
    },
    transform(code, id) {
      if (!/vaul-vue\/dist\/index\.js/.test(id)) return undefined;
      const found = /^\(function\(\)\{"use strict";var t;try\{.*?createTextNode\('(.*?)'\)\).*?\}\}\)\(\);/s.exec(code);
      if (!found?.[1]) this.error("vaul-vue: the style that it injects was not found");
      css.set("vaul", found[1].replaceAll("]:{", "]{"));
      return { code: `import "${prefix}vaul.css";\n${code.slice(found[0].length)}`, map: null };
    },
  };
}
