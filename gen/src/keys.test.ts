import { describe, expect, it } from "vitest";
import { escapeKey, implicitKey, optionKey, unescapeKey } from "./keys.ts";

describe("a key", () => {
  it.each(["", "In/Out", "a~b", "~1", "#2", "~0/~1#~2", "Your name", "👍"])("part %j comes back as it was", (part) => {
    expect(unescapeKey(escapeKey(part))).toBe(part);
    expect(escapeKey(part)).not.toMatch(/[/#]/);
  });

  it("without a name of its own is kind, label and occurrence", () => {
    expect(implicitKey("inputText", "Your name", 1)).toBe("inputText:Your name");
    expect(implicitKey("inputText", "Your name", 2)).toBe("inputText:Your name#2");
  });

  it("is never that of another label", () => {
    expect(implicitKey("inputText", "Name#2", 1)).not.toBe(implicitKey("inputText", "Name", 2));
    expect(escapeKey("~1")).not.toBe(escapeKey("/"));
  });

  it("of an option tells types apart", () => {
    const keys = [1, "1", 1n, true, "true", "", 0, false, new Date(0)].map(optionKey);
    expect(keys).toEqual([
      "n:1",
      "s:1",
      "i:1",
      "b:true",
      "s:true",
      "s:",
      "n:0",
      "b:false",
      "d:1970-01-01T00:00:00.000Z",
    ]);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
