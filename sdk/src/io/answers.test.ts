import { FieldErrorCode } from "@interval/proto";
import { describe, expect, it, vi } from "vitest";
import { HostMisuseError } from "../errors.ts";
import { createIo } from "./io.ts";
import { type AnswerKind, composed, judged } from "./judged.test-util.ts";

const io = createIo(() => undefined);

const text = (text: string): AnswerKind => ({ inputText: { text } });
const REJECTED = FieldErrorCode.REJECTED;

describe("an answer", () => {
  const animals = [
    { label: "Cat", value: "cat", legs: 4 },
    { label: "Hen", value: "hen", legs: 2 },
  ];

  it("to a select is the very option that was passed in", async () => {
    const asked = io.select.single("Animal", { options: animals });
    expect(await judged(asked, { "selectSingle:Animal": { selectSingle: { optionKey: "s:hen" } } })).toBe(animals[1]);
    expect(await judged(asked, { "selectSingle:Animal": { selectSingle: { optionKey: "s:cow" } } })).toEqual([
      ["selectSingle:Animal", FieldErrorCode.UNKNOWN_OPTION, expect.any(String)],
    ]);
  });

  it("to a multiple select keeps the options' order, whatever the answer's", async () => {
    const asked = io.select.multiple("Numbers", { options: [1, "1", true, 3n] });
    const optionKeys = ["i:3", "s:1", "n:1"];
    expect(await judged(asked, { "selectMultiple:Numbers": { selectMultiple: { optionKeys } } })).toEqual([1, "1", 3n]);
  });

  it("to a table is the very rows in the data's order; select-all is a query with exceptions", async () => {
    const data = Array.from({ length: 30 }, (_, i) => ({ id: i, even: i % 2 === 0 ? "even" : "odd" }));
    const asked = io.select.table("Rows", { data });
    const key = "selectTable:Rows";
    expect(await judged(asked, { [key]: { selectTable: { rowKeys: ["n:5", "n:2"] } } })).toEqual([data[2], data[5]]);
    const allOf = { queryTerm: "even", offset: 0n, pageSize: 20, sortDirection: 0 };
    const rows = await judged(asked, { [key]: { selectTable: { rowKeys: ["n:0"], allOf } } });
    expect(rows).toEqual(data.filter(({ id }) => id > 0 && id % 2 === 0));
    expect(await judged(asked, { [key]: { selectTable: { rowKeys: ["n:99"] } } })).toEqual([
      [key, FieldErrorCode.UNKNOWN_OPTION, expect.any(String)],
    ]);
  });

  it("left empty is undefined where it is optional, an empty text too; a box is never missing", async () => {
    expect(await judged(io.input.email("E").optional(), {})).toBeUndefined();
    expect(await judged(io.input.text("T").optional(), { "inputText:T": text("") })).toBeUndefined();
    expect(await judged(io.input.boolean("B").optional(), {})).toBe(false);
    expect(await judged(io.select.multiple("M", { options: [1] }), {})).toEqual([]);
    expect(await judged(io.input.number("N").optional(), { "inputNumber:N": { inputNumber: { number: 0 } } })).toBe(0);
    expect(await judged(io.input.number("N"), { "inputNumber:N": { inputNumber: { number: -0 } } })).toBe(0);
  });
});

describe("validators", () => {
  const long = (value: string) => (value.length > 2 ? undefined : "Too short.");

  it("run whatever the order of the chain, all of those of the fields, then the group's", async () => {
    const seen = vi.fn(() => "The group refuses.");
    const asked = io.group({
      a: io.input.text("A").validate(long).optional(),
      b: io.input
        .text("B")
        .optional()
        .validate(() => "No."),
    });
    const both = await judged(asked.validate(seen), { a: text("x"), b: text("y") });
    expect(both).toEqual([
      ["a", REJECTED, "Too short."],
      ["b", REJECTED, "No."],
    ]);
    expect(seen).not.toHaveBeenCalled();
    const group = io.group({ a: io.input.text("A").validate(long) }).validate(seen);
    expect(await judged(group, { a: text("xyz") })).toEqual([["", REJECTED, "The group refuses."]]);
    expect(seen).toHaveBeenCalledWith({ a: "xyz" });
  });

  it("written for a value are not asked about a missing one", async () => {
    expect(await judged(io.input.text("T").validate(long).optional(), {})).toBeUndefined();
  });

  it("see the choice where the chain has choices, whatever the order", async () => {
    const seen = vi.fn(() => undefined);
    await judged(io.input.text("T").validate(seen).withChoices(["Save"]), { "inputText:T": text("x") }, "Save");
    await judged(io.input.text("T").withChoices(["Save"]).validate(seen), { "inputText:T": text("x") }, "Save");
    expect(seen.mock.calls).toEqual([[{ choice: "Save", returnValue: "x" }], [{ choice: "Save", returnValue: "x" }]]);
  });

  it("that throw refuse with their message", async () => {
    const asked = io.input.text("T").validate(async () => Promise.reject(new Error("The database is away.")));
    expect(await judged(asked, { "inputText:T": text("x") })).toEqual([
      ["inputText:T", REJECTED, "The answer could not be checked: The database is away."],
    ]);
  });

  it.each([
    ["nothing", undefined, undefined],
    ["false, of a condition in front of a text", false, undefined],
    ["an empty text", "", undefined],
    ["an error", new Error("Wrong."), "Wrong."],
    ["a long text", "x".repeat(1_000_000), `${"x".repeat(10_000)}… (1000000 characters in all)`],
    ["a number", 5, /could not be checked: validate: it must return a text .* or nothing, but it returned 5\./],
    ["true", true, /it returned true\./],
    ["an object", { message: "Wrong." }, /it returned an object \(Object\)\./],
  ])("that return %s", async (_what, given, text) => {
    const verdict = await judged(
      io.input.text("T").validate(() => given as never),
      { "inputText:T": { inputText: { text: "x" } } },
    );
    if (text === undefined) expect(verdict).toBe("x");
    else
      expect(verdict).toEqual([["inputText:T", REJECTED, text instanceof RegExp ? expect.stringMatching(text) : text]]);
  });

  it("are not asked by a choice that skips validation", async () => {
    const asked = io.input
      .text("T")
      .validate(() => "No.")
      .withChoices(["Save", { label: "Skip", value: "skip", validate: false }]);
    expect(await judged(asked, {}, "skip")).toEqual({ choice: "skip", returnValue: undefined });
  });
});

describe("a group", () => {
  it("keeps the shape of records, lists and sections", async () => {
    const asked = io.group({
      title: io.display.heading("Title"),
      pair: io.group([io.input.text("X"), io.input.text("X")], { label: "Pair" }),
    });
    const { fields, sections } = composed(asked);
    expect(fields.map(({ key, component }) => [key, component.section])).toEqual([
      ["title", ""],
      ["pair/inputText:X", "pair"],
      ["pair/inputText:X#2", "pair"],
    ]);
    expect(sections).toMatchObject([{ key: "pair", label: "Pair" }]);
    const values = { "pair/inputText:X": text("1"), "pair/inputText:X#2": text("2") };
    expect(await judged(asked, values)).toEqual({ title: null, pair: ["1", "2"] });
  });

  it("refuses what stands alone, what has choices, what was awaited, and keys that occur twice", () => {
    const bad = (items: unknown) => () => composed(io.group(items as []));
    expect(bad([io.confirm("Sure?")])).toThrow(/io.confirm, which stands alone/);
    expect(bad({ name: io.input.text("N").withChoices(["A"]) })).toThrow(/"name" has choices/);
    expect(bad(["Ada"])).toThrow(/must be an I\/O method that is not awaited/);
    expect(bad(5)).toThrow(HostMisuseError);
  });
});

describe("a malformed call", () => {
  it.each([
    [() => io.input.text(undefined as never), /io.input.text: the label \(first argument\) must be a string/],
    [() => io.input.number("N", { min: 5, max: 2 }), /"min" \(5\) must not be greater than "max" \(2\)/],
    [() => io.input.number("N", { currency: "dollars" }), /"currency" must be an ISO 4217 code/],
    [() => io.select.single("S", {} as never), /io.select.single: "options" must be an array/],
    [() => io.select.single("S", { options: [1, 1] }), /two options have the value 1/],
    [() => io.display.table("T", { data: [{ a: 1 }, { a: 1 }], rowKey: "a" }), /two rows have the key "1"/],
    [() => io.display.heading("H", { level: 7 as never }), /"level" must be one of 2, 3, 4/],
    [
      () => io.display.heading("H", { menuItems: [{ label: "X", url: "javascript:alert(1)" }] }),
      /must be an absolute address/,
    ],
  ])("%s says what is wrong", (make, message) => {
    expect(() => composed(make())).toThrow(message);
  });

  it("with an unknown default drops it and warns", () => {
    const { fields } = composed(io.select.multiple("S", { options: [1, 2], defaultValue: [2, 9 as never] }));
    const kind = fields[0]?.component.kind;
    expect(kind?.case === "selectMultiple" && kind.value.defaultValues).toEqual(["n:2"]);
    expect(fields[0]?.warnings).toEqual([expect.stringContaining("9, which is not among the options")]);
  });
});
