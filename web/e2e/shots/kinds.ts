import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { IoComponentSchema } from "@interval/proto";
import { root } from "../harness/paths.ts";

/** A kind of component as examples/gallery shows it. */
export interface GalleryKind {
  /** Its name in files, such as "input-text". */
  name: string;
  /** Its action's path. */
  action: string;
  /** What its part of the gallery is called. */
  group: string;
  /** How it is asked for, as the comment on its action begins. */
  signature: string;
  /** What it is, as the comment goes on. */
  text: string;
}

const routes = join(root, "examples/gallery/routes");

/** Every kind that has an action in examples/gallery, in the order of the schema. */
export function galleryKinds(): GalleryKind[] {
  const names = IoComponentSchema.fields
    .filter(({ oneof }) => oneof)
    .map(({ localName }) => localName.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  const files = globSync("*/*.ts", { cwd: routes });
  return names.flatMap((name) => {
    const file = files.find((each) => basename(each) === `${name}.ts`);
    if (!file) return [];
    const [, comment = ""] = /^\/\*\*(.*?)\*\/\nexport default/ms.exec(read(file)) ?? [];
    const [signature = "", ...text] = comment
      .replace(/^ *\* ?/gm, "")
      .trim()
      .split(/\n\n/);
    const group = /name: "(.*?)"/.exec(read(join(dirname(file), "index.ts")))?.[1] ?? dirname(file);
    return { name, action: file.replace(/\.ts$/, ""), group, signature, text: text.join("\n\n").replaceAll("\n", " ") };
  });
}

function read(file: string): string {
  return readFileSync(join(routes, file), "utf8");
}
