import { create } from "@bufbuild/protobuf";
import { RunSchema } from "@interval/proto";
import { describe, expect, it } from "vitest";
import { lastUsed, noteUse, readUses } from "./recent.ts";

const run = (action: string, seconds: number) => create(RunSchema, { action, startTime: { seconds: BigInt(seconds) } });

describe("what was used last", () => {
  it("names each action once, the last one first", () => {
    const uses = noteUse(noteUse(noteUse([], "a", 1), "b", 2), "a", 3);
    expect(uses).toEqual([
      { path: "a", at: 3 },
      { path: "b", at: 2 },
    ]);
  });

  it("keeps twenty", () => {
    const uses = Array.from({ length: 30 }, (_, n) => n).reduce(
      (known, n) => noteUse(known, `${n}`, n),
      noteUse([], "", 0),
    );
    expect(uses).toHaveLength(20);
    expect(uses[0]?.path).toBe("29");
  });

  it("knows of other browsers by the person's runs", () => {
    expect(lastUsed([{ path: "here", at: 5_000 }], [run("there", 9), run("here", 1), run("there", 2)])).toEqual([
      "there",
      "here",
    ]);
  });

  it.each(["", "null", "{}", '[{"path":1}]', "[null]"])("takes “%s” for nothing", (stored) => {
    expect(readUses(stored)).toEqual([]);
  });
});
