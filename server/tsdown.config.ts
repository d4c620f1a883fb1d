import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/cli/interval.ts", "src/cli/dev-host.ts", "src/store/sqlite/worker.ts"],
  format: "esm",
  platform: "node",
  target: "node22.18",
  fixedExtension: false,
  // Each file stays one, so that the store's thread finds its own beside the one that starts it.
  unbundle: true,
  dts: false,
});
