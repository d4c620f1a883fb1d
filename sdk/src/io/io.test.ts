import { describe, expect, it } from "vitest";
import { createIo } from "./io.ts";
import { methods } from "./methods.ts";

const io: object = createIo(() => undefined);

/** Where programs find the method of a kind: that of "inputText" is io.input.text. */
function placeOf(kind: string): string[] {
  const [, group, name = ""] = /^(input|select|display)([A-Z].*)$/.exec(kind) ?? [];
  return group ? [group, name.charAt(0).toLowerCase() + name.slice(1)] : [kind];
}

describe.each(Object.keys(methods))("%s", (kind) => {
  const place = placeOf(kind);
  it(`is io.${place.join(".")}`, () => {
    const method = place.reduce<unknown>((from, name) => Reflect.get(Object(from), name), io);
    expect(method, `io.${place.join(".")} in sdk/src/io/io.ts`).toBeInstanceOf(Function);
  });
});
