import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const namespaced = "reka-ui/namespaced";
const prefix = "virtual:reka/";

/**
 * Nuxt UI takes the parts of Reka from one module that imports all of them, so that a screen with a menu would load calendars too. Each group of
 * parts becomes a module of its own. It fails the build when a library no longer looks as expected.
 */
export function splitReka(): Plugin {
  const source = readFileSync(fileURLToPath(import.meta.resolve(namespaced)), "utf8");
  return {
    name: "split-reka",
    enforce: "pre",
    resolveId(id) {
      return id.startsWith(prefix) ? `\0${id}` : undefined;
    },
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return undefined;
      const group = id.slice(prefix.length + 1);
      const parts = new RegExp(`^const ${group} = \\{([^}]+)\\};`, "m").exec(source)?.[1];
      if (!parts) this.error(`${namespaced}: the group ${group} was not found`);
      const names = parts.split(",").map((part) => part.split(":").at(-1)?.trim());
      return `import { ${[...new Set(names)].join(", ")} } from "reka-ui";\nexport const ${group} = {${parts}};`;
    },
    transform(code, id) {
      if (!id.includes("@nuxt/ui") || !code.includes(namespaced)) return undefined;
      const split = code.replace(/import \{([^}]+)\} from ["']reka-ui\/namespaced["'];?/g, (_whole, groups: string) =>
        groups
          .split(",")
          .map((group) => `import { ${group.trim()} } from "${prefix}${group.trim().split(" ")[0]}";`)
          .join(" "),
      );
      if (split.includes(`"${namespaced}"`)) this.error(`${id}: its import of ${namespaced} was not understood`);
      return { code: split, map: null };
    },
  };
}
