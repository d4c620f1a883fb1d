// Packs the SDK as servers serve it, at server/dist/sdk.tgz: a package that npm can install by its address, with the protocol package inside.
import { copyFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const place = join(root, "server/dist");
const target = join(place, "sdk.tgz");
const stamp = join(place, ".packed-from");

/**
 * Packs the SDK unless that was done from the same sources. A new build of the server takes the file with it.
 * @param {string} digest the digest of the SDK's sources, and of all that they depend on
 * @param {typeof import("./lib.js").must} must runs a command
 */
export async function packSdk(digest, must) {
  if (existsSync(target) && existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return;
  console.log("Packing sdk ...");
  const directory = mkdtempSync(join(tmpdir(), "interval-sdk-"));
  try {
    const tsdown = join(root, "node_modules/.bin/tsdown");
    const args = ["--config", "tsdown.pack.config.ts", "--out-dir", join(directory, "dist")];
    await must("Bundling sdk", tsdown, args, { cwd: join(root, "sdk"), quiet: true });
    copyFileSync(join(root, "LICENSE"), join(directory, "LICENSE"));
    writeFileSync(join(directory, "package.json"), `${JSON.stringify(packageJson(), undefined, 2)}\n`);
    // npm writes the same bytes for the same files: their times are not its business.
    await must("Packing sdk", "npm", ["pack", "--silent", "--pack-destination", place], {
      cwd: directory,
      quiet: true,
    });
    const { name, version } = packageJson();
    renameSync(join(place, `${name.slice(1).replace("/", "-")}-${version}.tgz`), target);
    writeFileSync(stamp, digest);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The SDK's own, without what is inside the bundle, and without its sources. */
function packageJson() {
  const own = JSON.parse(readFileSync(join(root, "sdk/package.json"), "utf8"));
  const { "@interval/proto": _, ...dependencies } = own.dependencies;
  const exports = Object.entries(own.exports).map(([path, { "@interval/source": _source, ...built }]) => [path, built]);
  return { ...own, dependencies, files: ["dist"], exports: Object.fromEntries(exports) };
}
