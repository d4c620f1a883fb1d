// What a browser loads for a screen before it can be used, of the dashboard as it was built: the entry, the English texts, the screen's own chunks,
// and all that these import. Fails when that is more than it may be.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { root } from "./lib.js";

const dist = join(root, "web/dist");
/** In kB (1000 bytes), gzipped. */
const most = { js: 300, css: 40 };
const always = ["src/languages/en.ts"];
const screens = {
  "sign-in": ["src/pages/SignInPage.vue"],
  "run screen": ["src/pages/PlacePage.vue", "src/pages/RunPage.vue"],
};

/** Prints how much each screen loads. @returns whether that is within the budget */
export function reportSize() {
  const path = join(dist, ".manifest.json");
  if (!existsSync(path)) throw new Error(`${path} is missing: build the dashboard with \`npm run build\`.`);
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  let fits = true;
  for (const [screen, chunks] of Object.entries(screens)) {
    const files = [...filesOf([...entries(manifest), ...always, ...chunks], manifest)];
    const size = (ending) =>
      files.filter((file) => file.endsWith(ending)).reduce((sum, file) => sum + gzipped(file), 0) / 1000;
    const [js, css] = [size(".js"), size(".css")];
    const over = js > most.js || css > most.css;
    fits &&= !over;
    const figures = `${js.toFixed(1)} of ${most.js} kB of JS, ${css.toFixed(1)} of ${most.css} kB of CSS, gzipped`;
    console.log(`Size of the ${screen}: ${figures}${over ? ": too much" : ""}`);
  }
  return fits;
}

/** The chunks that the page itself names. */
function entries(manifest) {
  const page = readFileSync(join(dist, "index.html"), "utf8");
  return Object.keys(manifest).filter((name) => page.includes(`src="/${manifest[name].file}"`));
}

/** The files of chunks and of all that they import. */
function filesOf(names, manifest) {
  const seen = new Set();
  const files = new Set();
  const visit = (name) => {
    const chunk = manifest[name];
    if (!chunk) throw new Error(`The build has no chunk "${name}": name the screen's own in .tools/size.js.`);
    if (seen.has(name)) return;
    seen.add(name);
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
    for (const imported of chunk.imports ?? []) visit(imported);
  };
  for (const name of names) visit(name);
  return files;
}

function gzipped(file) {
  return gzipSync(readFileSync(join(dist, file))).length;
}

if (import.meta.filename === process.argv[1]) process.exit(reportSize() ? 0 : 1);
