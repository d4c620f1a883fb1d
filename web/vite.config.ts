import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { defineConfig } from "vite";
import { dashboardPlugins } from "./vite.plugins.ts";

const server = "http://localhost:3000";
const lock = readFileSync(new URL("../package-lock.json", import.meta.url));

export default defineConfig(({ command }) => ({
  root: import.meta.dirname,
  plugins: dashboardPlugins(),
  resolve: { conditions: ["@interval/source", "module", "browser", "development|production"] },
  define: {
    // Tabs of different builds never share a worker.
    __BUILD__: JSON.stringify(command === "serve" ? "dev" : buildId()),
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  worker: { format: "es" as const },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2023",
    manifest: ".manifest.json",
    // All that every screen needs is one file: dozens of small ones are larger together, and each costs a request.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "app", tags: ["$initial"] }] } } },
  },
  server: {
    port: 5173,
    proxy: { "/interval.": server, "/api": server, "/sdk.tgz": server, "^/assets/(asset_|relay)": server },
  },
}));

function buildId(): string {
  return createHash("sha256").update(lock).update(String(Date.now())).digest("hex").slice(0, 12);
}
