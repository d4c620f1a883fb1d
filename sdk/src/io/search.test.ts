import { create } from "@bufbuild/protobuf";
import { FieldErrorCode, type IoFetch, IoFetchSchema, type SelectOption } from "@interval/proto";
import { describe, expect, it, vi } from "vitest";
import type { Composed } from "./compose.ts";
import { createIo } from "./io.ts";
import { composed, judged } from "./judged.test-util.ts";

const io = createIo(() => undefined);
const key = "search:Person";

interface Person {
  id: number;
  name: string;
}
const people: Person[] = ["Ada", "Grace", "Barbara"].map((name, id) => ({ id, name }));
const props = {
  onSearch: (query: string) => people.filter(({ name }) => name.includes(query)),
  renderResult: ({ id, name }: Person) => ({ label: name, description: `No. ${id}` }),
};

const ask = (query: string): IoFetch => create(IoFetchSchema, { kind: { case: "search", value: { query } } });

/** What the operator is shown for a query. */
async function found(asked: Composed, query: string, signal = new AbortController().signal): Promise<SelectOption[]> {
  const page = await asked.fields[0]?.built.serve?.(ask(query), signal);
  return page?.kind.case === "search" ? page.kind.value.items : [];
}

function shown(asked: Composed) {
  const kind = asked.fields[0]?.component.kind;
  if (kind?.case !== "search") throw new Error("This is not a search.");
  return kind.value;
}

const chosen = (...itemKeys: string[]) => ({ [key]: { search: { itemKeys } } });

describe("a search", () => {
  it("gives the very item that was found, also after other searches", async () => {
    const asked = io.search("Person", props);
    const read = composed(asked);
    const [grace] = await found(read, "Grace");
    expect(grace).toMatchObject({ label: "Grace", description: "No. 1" });
    await found(read, "Ada");
    expect(await judged(asked, chosen(grace?.key ?? ""), undefined, read)).toBe(people[1]);
  });

  it("tells what was chosen to those who read the run later", async () => {
    const asked = io.search("Person", props);
    const read = composed(asked);
    const changed = vi.fn();
    await read.fields[0]?.built.later?.({ changed });
    const [ada] = await found(read, "Ada");
    await judged(asked, chosen(ada?.key ?? ""), undefined, read);
    expect(shown(read).chosenItems).toMatchObject([{ label: "Ada" }]);
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it("refuses what it has never shown", async () => {
    expect(await judged(io.search("Person", props), chosen("n:9"))).toEqual([
      [key, FieldErrorCode.UNKNOWN_OPTION, expect.stringContaining("Search for it again")],
    ]);
  });

  it("tells items apart by value and content, the same in every process", async () => {
    const items = [1, "1", { a: 1 }, { a: "1" }, { a: 1 }, 5n, new Date(0)];
    const keys = async () =>
      (await found(composed(io.search("Person", { onSearch: () => items, renderResult: String })), "")).map(
        (option) => option.key,
      );
    const first = await keys();
    expect(first.slice(0, 2)).toEqual(["n:1", "s:1"]);
    expect(new Set(first).size).toBe(6);
    expect(await keys()).toEqual(first);
  });

  it("shows what it starts with, and its default by value", async () => {
    const initialResults = [
      { label: "Red", value: "r" },
      { label: "Blue", value: "b" },
    ];
    const asked = io.search("Person", { onSearch: () => [], initialResults, defaultValue: "b" });
    const read = composed(asked);
    const { initialResults: initial, defaultValues } = shown(read);
    expect(initial.map(({ label }) => label)).toEqual(["Red", "Blue"]);
    expect(defaultValues).toMatchObject([{ key: initial[1]?.key, label: "Blue" }]);
    expect(await judged(asked, chosen(initial[1]?.key ?? ""), undefined, read)).toBe(initialResults[1]);
  });

  it("may start with an item that is no initial result; what cannot be shown is dropped with a warning", () => {
    const strict = { ...props, renderResult: ({ name }: Person) => name.toUpperCase() };
    expect(shown(composed(io.search("P", { ...strict, defaultValue: people[2] }))).defaultValues).toMatchObject([
      { label: "BARBARA" },
    ]);
    const { fields } = composed(io.search("P", { ...strict, defaultValue: "Ada" as never }));
    expect(fields[0]?.component.kind).toMatchObject({ value: { defaultValues: [] } });
    expect(fields[0]?.warnings).toEqual([expect.stringContaining('"defaultValue" names "Ada"')]);
  });

  it("hands on what the program throws, and when nobody waits any more", async () => {
    const onSearch = vi.fn(async (_query: string, _options: { signal: AbortSignal }): Promise<string[]> => {
      throw new Error("The index is being rebuilt.");
    });
    const { signal } = new AbortController();
    await expect(found(composed(io.search("P", { onSearch })), "x", signal)).rejects.toThrow("being rebuilt");
    expect(onSearch).toHaveBeenCalledWith("x", { signal });
  });

  it.each([
    ["onSearch", { onSearch: () => "Ada" }, /"onSearch" must give an array of items, but it gave "Ada"/],
    [
      "renderResult",
      { onSearch: () => people },
      /"renderResult" must give a text or \{ label, description\?, image\? \}/,
    ],
  ])("says what is wrong with what %s gives", async (_prop, bad, message) => {
    await expect(found(composed(io.search("P", bad as never)), "")).rejects.toThrow(message);
  });

  it("without onSearch is a clear error", () => {
    expect(() => composed(io.search("P", {} as never))).toThrow(/io.search: "onSearch" must be a function/);
  });

  it("stores the pictures that it shows before it shows them", async () => {
    const buffer = Buffer.from("\x89PNG....", "latin1");
    const read = composed(
      io.search("P", { onSearch: () => ["Ada"], renderResult: (label) => ({ label, image: { buffer } }) }),
    );
    expect(await found(read, "")).toMatchObject([{ image: { source: { case: "assetId", value: "asset_1" } } }]);
  });

  it("remembers what it has shown within bounds", async () => {
    const asked = io.search("Person", { onSearch: (query) => Array.from({ length: 1000 }, (_, i) => `${query}${i}`) });
    const read = composed(asked);
    for (const letter of "abcdef") await found(read, letter);
    expect(await judged(asked, chosen("s:b0"), undefined, read)).toBe("b0");
    expect(await judged(asked, chosen("s:a0"), undefined, read)).toMatchObject([
      [key, FieldErrorCode.UNKNOWN_OPTION, expect.any(String)],
    ]);
  });
});

describe("a search for several", () => {
  const asked = io.search("Person", { onSearch: () => ["a", "b", "c"], renderResult: (label) => label });

  it("gives them in the order of the answer, whatever the order of the chain", async () => {
    for (const several of [asked.multiple().optional(), asked.optional().multiple()]) {
      const read = composed(several);
      await found(read, "");
      expect(await judged(several, chosen("s:c", "s:a"), undefined, read)).toEqual(["c", "a"]);
      expect(await judged(several, {}, undefined, read)).toBeUndefined();
    }
  });

  it("starts with the given ones", () => {
    const several = asked.multiple({ defaultValue: ["b", "c"] });
    expect(shown(composed(several)).defaultValues.map((option) => option.key)).toEqual(["s:b", "s:c"]);
    expect(composed(several).fields[0]?.component.multiple).toBe(true);
  });

  it("asks checks from before about every item, and those from after about all", async () => {
    const each = vi.fn((item: string) => (item === "b" ? "Not b." : undefined));
    const all = vi.fn((items: string[]) => (items.length > 1 ? "One will do." : undefined));
    const several = asked.validate(each).multiple().validate(all);
    const read = composed(several);
    await found(read, "");
    expect(await judged(several, chosen("s:a", "s:b"), undefined, read)).toEqual([
      [key, FieldErrorCode.REJECTED, "Not b."],
      [key, FieldErrorCode.REJECTED, "One will do."],
    ]);
    expect(each.mock.calls).toEqual([["a"], ["b"]]);
    expect(all).toHaveBeenCalledWith(["a", "b"]);
  });

  it("takes one where it is not multiple", async () => {
    const read = composed(asked);
    await found(read, "");
    expect(await judged(asked, chosen("s:a", "s:b"), undefined, read)).toMatchObject([
      [key, FieldErrorCode.NOT_MULTIPLE, expect.any(String)],
    ]);
  });
});
