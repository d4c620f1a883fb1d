// npm test: on a fresh clone installs, builds, finds or installs a browser, runs every suite, and counts.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, install, node, root, run } from "./lib.js";

await install();
await build();

const results = mkdtempSync(join(tmpdir(), "interval-test-"));
const vitest = join(root, "node_modules/vitest/vitest.mjs");
const count = { passed: 0, failed: 0, skipped: 0 };
const only = process.argv.slice(2);

/** Runs some suites; end-to-end ones run by themselves, since they need the machine. */
async function suites(name, projects, env = {}) {
  const outputFile = join(results, `${name}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${outputFile}`];
  const args = [vitest, "run", "--config", ".tools/vitest.config.ts", ...projects.flatMap((p) => ["--project", p])];
  const { code } = await run(node, [...args, ...reporters, ...only], { env });
  const report = existsSync(outputFile) ? JSON.parse(readFileSync(outputFile, "utf8")) : undefined;
  count.passed += report?.numPassedTests ?? 0;
  count.skipped += (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
  // A file that cannot be loaded has no tests that fail, and still it has failed.
  const failed = Math.max(report?.numFailedTests ?? 0, report?.numFailedTestSuites ? 1 : 0, code === 0 ? 0 : 1);
  count.failed += failed;
}

await suites("units", ["gen", "sdk", "server", "web"]);
await suites("e2e", ["e2e"], { CHROMIUM: await browser() });
rmSync(results, { recursive: true, force: true });
if (count.skipped > 0) console.log(`${count.skipped} SKIPPED`);
console.log(`${count.passed} passed, ${count.failed} failed`);
process.exit(count.failed > 0 ? 1 : 0);

/** The path of a Chromium: the one named, one that is installed, else one that is installed now. */
async function browser() {
  const known = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const found = known.find((path) => path && existsSync(path));
  if (found) return found;
  console.log("Installing a browser (once) ...");
  if (process.getuid?.() === 0) {
    await run("apt-get", ["update"], { quiet: true });
    const { code } = await run("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], { quiet: true });
    if (code === 0) return "/usr/bin/chromium";
  }
  await run(node, [join(root, "node_modules/playwright-core/cli.js"), "install", "chromium-headless-shell"]);
  const { chromium } = await import("playwright-core");
  return chromium.executablePath();
}
