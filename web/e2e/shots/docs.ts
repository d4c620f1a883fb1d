// Writes docs/components.md: what the comments in examples/gallery say of each component, with its pictures. With --check it only says whether the
// file is current.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../harness/paths.ts";
import { type GalleryKind, galleryKinds } from "./kinds.ts";

const path = join(root, "docs/components.md");

const head = `# Components

What \`io\` can ask and show. The code of each picture is an action in [examples/gallery](../examples/gallery), and so are these words; \`npm run shots\` takes
the pictures and writes this page anew.

Inputs take \`helpText\`, \`placeholder\` where something is typed, \`defaultValue\` and \`disabled\` as well (the \`…\` below), and any of them is optional with \`.optional()\`.
`;

function section({ name, signature, text }: GalleryKind): string {
  const picture = (scheme: string, width: number, shown: number) =>
    `<img src="components/${name}-${scheme}-${width}.png" width="${shown}" alt="${name}, ${scheme}, ${width} px wide">`;
  const pictures = ["light", "dark"].map((scheme) => `${picture(scheme, 1280, 520)} ${picture(scheme, 390, 240)}`);
  return [`### ${name}`, `\`\`\`ts\n${signature}\n\`\`\``, text, ...pictures].filter(Boolean).join("\n\n");
}

const groups = Object.entries(Object.groupBy(galleryKinds(), ({ group }) => group));
const parts = groups.flatMap(([group, kinds = []]) => [`## ${group}`, ...kinds.map(section)]);
const page = `${[head.trimEnd(), ...parts].join("\n\n")}\n`;

if (!process.argv.includes("--check")) writeFileSync(path, page);
else if (readFileSync(path, "utf8") !== page) {
  console.error("docs/components.md is not what the comments in examples/gallery say: npm run shots -- --words");
  process.exit(1);
}
