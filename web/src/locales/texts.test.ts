// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import en from "./en.json";

const sources = new URL("../", import.meta.url);
const files = readdirSync(sources, { recursive: true })
  .map(String)
  .filter((file) => /\.(vue|ts)$/.test(file) && !/\.test\.ts$/.test(file));
const sections = Object.keys(en).join("|");
/** A text's name between quotes. What an attribute is bound to stands in such too, behind a "=". */
const named = new RegExp(`(?:(?<!=)["'\`]|keypath=")((?:${sections})(?:\\.\\w+)+)["'\`]`, "g");

const uses = files.flatMap((file) => {
  const names = readFileSync(new URL(file, sources), "utf8").matchAll(named);
  return Array.from(names, ([, name = ""]) => ({ name, file }));
});

function textOf(name: string): unknown {
  return name.split(".").reduce<unknown>((from, part) => Reflect.get(Object(from), part), en);
}

it.each([...Map.groupBy(uses, ({ name }) => name)])("%s is a text", (name, [use]) => {
  expect(textOf(name), `"${name}", which ${use?.file} shows, in web/src/locales/en.json`).toBeTypeOf("string");
});
