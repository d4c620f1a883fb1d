import { defineConfig } from "tsdown";

export default defineConfig({
  entry: { index: "src/index.ts", testing: "src/testing/index.ts" },
  format: ["esm", "cjs"],
  dts: true,
  platform: "node",
  fixedExtension: false,
  outputOptions: { exports: "named" },
  inputOptions: { resolve: { conditionNames: ["import"] } },
});
