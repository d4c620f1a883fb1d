// npm run check: everything that can be said about the code without running it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bin, build, install, node, root, run } from "./lib.js";

await install();
await build();

const local = (name) => join(root, "node_modules/.bin", name);
const generated = mkdtempSync(join(tmpdir(), "interval-gen-"));

const steps = [
  ["generated code can be made", bin.buf, ["generate", "--output", generated]],
  ["generated code is current", "diff", ["-r", join(generated, "gen/ts"), "gen/ts"]],
  ["schema: lint", bin.buf, ["lint"]],
  ["schema: format", bin.buf, ["format", "--diff", "--exit-code"]],
  ...breaking(),
  ["style", bin.biome, ["ci", "--error-on-warnings", "."], node],
  ...["gen", "sdk", "server"].map((name) => [`types: ${name}`, local("tsc"), ["-p", name]]),
  ["types: web", local("vue-tsc"), ["-p", "web", "--noEmit"]],
  ["types: end to end", local("tsc"), ["-p", "web/e2e"]],
  ["types: examples", local("tsc"), ["-p", "examples"]],
  ["docs of components", join(root, "web/e2e/shots/docs.ts"), ["--check"], node],
  ["size of the dashboard", join(root, ".tools/size.js"), [], node],
  ["dead code", local("knip"), ["--config", ".knip.json"]],
  ...["gen", "sdk"].flatMap((name) => [
    [`package: ${name}`, local("publint"), ["--strict", name]],
    [`package types: ${name}`, local("attw"), ["--pack", name]],
  ]),
  ["package types: sdk as served", local("attw"), ["server/dist/sdk.tgz"]],
];

let failed = 0;
for (const [what, command, args, runner] of steps) {
  const started = performance.now();
  const [program, ...rest] = runner ? [runner, command, ...args] : [command, ...args];
  const { code, output } = await run(program, rest, { quiet: true });
  console.log(`${code === 0 ? "ok  " : "FAIL"} ${what} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  if (code !== 0) {
    failed++;
    console.log(output);
  }
}
rmSync(generated, { recursive: true, force: true });
console.log(failed === 0 ? "All checks passed." : `${failed} of ${steps.length} checks failed.`);
process.exit(failed === 0 ? 0 : 1);

/** The schema against that of the last release; before the first release there is nothing to break. */
function breaking() {
  const tags = execFileSync("git", ["tag", "--list", "v*", "--sort=-version:refname"], { cwd: root, encoding: "utf8" });
  const [last] = tags.split("\n");
  if (!last) {
    console.log("No release tag yet: nothing that the schema could break.");
    return [];
  }
  return [[`schema: compatible with ${last}`, bin.buf, ["breaking", "--against", `.git#ref=${last}`]]];
}
