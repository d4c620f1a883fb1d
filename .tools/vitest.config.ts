import { defineConfig } from "vitest/config";
import { dashboardPlugins } from "../web/vite.plugins.ts";

const root = new URL("..", import.meta.url).pathname;
// "module" is for bundlers: what it leads to is not always what Node can load.
const conditions = ["@interval/source", "node", "development|production"];

/** One suite per package, and `e2e`, which drives real servers, hosts and browsers. */
const suite = (name: string, test: object = {}) => ({
  root,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { name, include: [`${name}/src/**/*.test.ts`], ...test },
});

export default defineConfig({
  root,
  test: {
    projects: [
      suite("gen"),
      suite("sdk"),
      suite("server", { testTimeout: 30_000, expect: { poll: { timeout: 15_000 } } }),
      {
        ...suite("web", {
          environment: "happy-dom",
          setupFiles: ["web/src/demo/all-renderers.ts"],
          expect: { poll: { timeout: 5_000 } },
        }),
        plugins: dashboardPlugins(),
      },
      suite("e2e", {
        include: ["web/e2e/**/*.test.ts"],
        fileParallelism: false,
        expect: { poll: { timeout: 30_000 } },
        testTimeout: 120_000,
        hookTimeout: 180_000,
      }),
    ],
  },
});
