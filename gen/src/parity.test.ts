import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { type DescMessage, fromJson, getOption, type JsonObject } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import {
  IoComponentSchema,
  IoFetchSchema,
  IoPageSchema,
  IoStateSchema,
  IoValueSchema,
} from "../ts/interval/io/v1/io_component_pb.ts";
import { server_answered } from "../ts/interval/io/v1/options_pb.ts";
import { isInputKind } from "./checks/check.ts";
import { readTestdata } from "./testdata.test-util.ts";

/** The cases of a message's oneof `kind`, as name and number. */
function cases(message: DescMessage): Map<string, number> {
  const kinds = message.oneofs.find(({ name }) => name === "kind")?.fields ?? [];
  return new Map(kinds.map(({ localName, number }) => [localName, number]));
}

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const components = cases(IoComponentSchema);
const inputs = [...components].filter(([name]) => cases(IoValueSchema).has(name));
const displays = [...components].filter(([name]) => !cases(IoValueSchema).has(name));

describe("the hub", () => {
  it.each([IoValueSchema, IoStateSchema, IoFetchSchema, IoPageSchema])(
    "$name uses the components' names and numbers",
    (m) => {
      for (const [name, number] of cases(m)) expect(components.get(name), name).toBe(number);
    },
  );

  it("answers every fetch with a page, and shows what is fetched in a state", () => {
    expect(cases(IoPageSchema)).toEqual(cases(IoFetchSchema));
    expect(cases(IoStateSchema)).toEqual(cases(IoFetchSchema));
  });

  it("numbers what components share 1 to 15, inputs 20 to 59, displays 60 and above", () => {
    for (const field of IoComponentSchema.fields) if (!field.oneof) expect(field.number).toBeLessThanOrEqual(15);
    for (const [name, number] of inputs) expect(number >= 20 && number <= 59, name).toBe(true);
    for (const [name, number] of displays) expect(number, name).toBeGreaterThanOrEqual(60);
  });

  it("has a check for exactly the components that take an answer", () => {
    expect([...components.keys()].filter(isInputKind)).toEqual(inputs.map(([name]) => name));
    expect(isInputKind("constructor")).toBe(false);
  });
});

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

/** The files of the gallery's routes, by their names. */
const gallery = new Map(
  readdirSync(new URL("examples/gallery/routes", root), { recursive: true }).map((file) => [
    basename(String(file)),
    String(file),
  ]),
);

// What the server answers, after a check of its own, comes with the identity work.
const serverAnswered = IoComponentSchema.fields.filter(({ message }) => message && getOption(message, server_answered));

describe.each([...components.keys()].filter((name) => !serverAnswered.some(({ localName }) => localName === name)))(
  "%s",
  (name) => {
    it("has its action in examples/gallery", () => {
      expect([...gallery.keys()], `examples/gallery/routes/*/${kebab(name)}.ts`).toContain(`${kebab(name)}.ts`);
    });

    it("is described by the comment on its action, and has its pictures (npm run shots takes them)", () => {
      const file = gallery.get(`${kebab(name)}.ts`) ?? "";
      const comment = /^\/\*\*\n \* (io\.\S+\(.*)\n \*\n \* \S/m.exec(file && read(`examples/gallery/routes/${file}`));
      expect(comment, `${file || "its action"}: a comment with the call, an empty line, and words`).not.toBeNull();
      for (const form of ["light-1280", "light-390", "dark-1280", "dark-390"]) {
        const picture = `docs/components/${kebab(name)}-${form}.png`;
        expect(existsSync(new URL(picture, root)), `${picture}: npm run shots -- ${kebab(name)}`).toBe(true);
      }
    });
  },
);

describe.each([...components.keys()])("%s", (name) => {
  it("has golden cases of its own kind, good and bad ones", () => {
    const file = `${kebab(name)}.json`;
    expect(existsSync(new URL(`../../proto/testdata/${file}`, import.meta.url)), `proto/testdata/${file}`).toBe(true);
    const { cases } = readTestdata<{ cases: Array<{ component: JsonObject; good: []; bad: [] }> }>(file);
    for (const { component, good, bad } of cases) {
      expect(fromJson(IoComponentSchema, component).kind.case).toBe(name);
      expect(good.length * bad.length).toBeGreaterThan(0);
    }
  });
});
