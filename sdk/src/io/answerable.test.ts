import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { defaultValue, fromValue, IoAnswerSchema, IoCallSchema, limits } from "@interval/proto";
import { describe, expect, it } from "vitest";
import { HostMisuseError } from "../errors.ts";
import { runAction } from "../testing/index.ts";
import { toCall } from "./call.ts";
import { createIo } from "./io.ts";
import { composed, judged } from "./judged.test-util.ts";
import { type Spec, spec } from "./spec.ts";

const io = createIo(() => undefined);

interface Asked {
  [spec]: Spec;
}

function called(asked: Asked) {
  const read = composed(asked);
  return toCall(asked[spec], read, read.baseKey);
}

describe("what a call starts with fits into an answer:", () => {
  const large = "x".repeat(3.5 * 1024 * 1024);
  const half = "x".repeat(1.6 * 1024 * 1024);
  const rows = Array.from({ length: 5000 }, (_, i) => ({ text: `${i} ${"x".repeat(700)}` }));

  it.each<[string, () => Asked, RegExp]>([
    [
      "a text",
      () => io.input.text("T", { defaultValue: large }),
      /^io.input.text: with this "defaultValue" the answer has 3.5 MiB; an answer holds at most 3 MiB\.$/,
    ],
    [
      "an e-mail address",
      () => io.input.email("E", { defaultValue: large }),
      /^io.input.email: with this "defaultValue"/,
    ],
    ["an address", () => io.input.url("U", { defaultValue: `https://a.example/${large}` }), /^io.input.url: with this/],
    ["rich text", () => io.input.richText("R", { defaultValue: `<p>${large}</p>` }), /^io.input.richText: with this/],
    [
      "a spreadsheet",
      () => io.input.spreadsheet("S", { columns: { text: "string" }, defaultValue: rows }),
      /^io.input.spreadsheet: with this/,
    ],
    [
      "a table",
      () => io.select.table("T", { data: manyRows, rowKey: "key", initiallySelected: manyRows }),
      /^io.select.table: with this "initiallySelected"/,
    ],
    [
      "a group",
      () => io.group([io.input.text("A", { defaultValue: half }), io.input.text("B", { defaultValue: `${half}y` })]),
      /^io.input.text: with this "defaultValue" the answer has 3.2 MiB/,
    ],
  ])("%s", (_what, make, message) => {
    expect(() => called(make())).toThrow(HostMisuseError);
    expect(() => called(make())).toThrow(message);
  });

  it("what just fits is accepted, and can be submitted as it is", () => {
    const rest =
      toBinary(IoAnswerSchema, answerTo(called(io.input.text("T", { defaultValue: "x".repeat(100_000) })))).length -
      100_000;
    const most = limits.answerBytes - rest - 8; // lengths take more bytes in a longer text
    const call = called(io.input.text("T", { defaultValue: "x".repeat(most) }));
    expect(toBinary(IoAnswerSchema, answerTo(call)).length).toBeLessThanOrEqual(limits.answerBytes);
    expect(() => called(io.input.text("T", { defaultValue: "x".repeat(most + 20) }))).toThrow(
      /an answer holds at most 3 MiB/,
    );
  });

  it("fails its run with the same words, before anything is shown", async () => {
    const run = runAction((io) => io.input.text("T", { defaultValue: large }));
    await expect(run.result()).rejects.toThrow('io.input.text: with this "defaultValue" the answer has 3.5 MiB');
  });
});

const manyRows = Array.from({ length: 400 }, (_, i) => ({ key: `${i}${"k".repeat(9000)}` }));

function answerTo(call: ReturnType<typeof called>) {
  const values = call.components.flatMap((component) => {
    const value = defaultValue(component);
    return value ? [[component.key, value] as const] : [];
  });
  return create(IoAnswerSchema, { values: Object.fromEntries(values) });
}

describe("a step that nobody could submit is an error at the call:", () => {
  it.each<[() => Asked, RegExp]>([
    [
      () => io.select.single("S", { options: [] }),
      /^io.select.single: "options" is empty, so nobody could answer it\. Change that, or make it \.optional\(\)\.$/,
    ],
    [
      () => io.select.multiple("M", { options: ["a"], minSelections: 2 }),
      /"minSelections" is 2 and there are 1 options/,
    ],
    [() => io.select.table("T", { data: [{ a: 1 }], minSelections: 2 }), /"minSelections" is 2 and there are 1 rows/],
    [() => io.input.text("T", { maxLength: 0 }), /"maxLength" is 0/],
    [() => io.input.text("T", { minLength: 2 ** 30 }), /"minLength" is 1073741824 and an answer holds 3 MiB/],
    [
      () => io.input.number("N", { min: 0.2, max: 0.8 }),
      /there is no number with 0 decimal places from "min" \(0.2\) to "max" \(0.8\)/,
    ],
    [() => io.input.number("N", { min: 1.001, max: 1.009, currency: "USD" }), /no number with 2 decimal places/],
    [() => io.group({ a: io.group({ b: io.select.single("S", { options: [] }) }) }), /"options" is empty/],
  ])("%s", (make, message) => {
    expect(() => called(make())).toThrow(message);
  });

  it.each<[() => Asked]>([
    [() => io.select.single("S", { options: [] }).optional()],
    [() => io.select.single("S", { options: [], disabled: true })],
    [
      () =>
        io.select.single("S", { options: [] }).withChoices(["Go", { label: "Back", value: "back", validate: false }]),
    ],
    [() => io.select.multiple("M", { options: [] })],
    [() => io.select.multiple("M", { options: ["a"], minSelections: 2 }).optional()],
    [() => io.input.number("N", { min: 0.2, max: 0.8, decimals: 1 })],
    [() => io.input.number("N", { min: 0.1, max: 0.1, decimals: 1 })],
    [() => io.input.number("N", { min: -0.5, max: 0.5 })],
    [() => io.input.text("T", { maxLength: 0 }).optional()],
  ])("but not what can be left or be answered: %s", (make) => {
    expect(() => called(make())).not.toThrow();
  });

  it("also where the rows are fetched, once they say how many there are", async () => {
    const getData = () => ({ data: [{ a: 1 }], totalRecords: 1 });
    const run = runAction((io) => io.select.table("T", { getData, minSelections: 2 }));
    await expect(run.result()).rejects.toThrow('io.select.table: "minSelections" is 2 and there are 1 rows');
  });
});

describe("choices", () => {
  it.each<[unknown, RegExp]>([
    [["yes", "no", "yes"], /withChoices: two choices have the value "yes" \(a string\)\. Values must be distinct\./],
    [["yes", { label: "Other", value: "yes" }], /two choices have the value "yes"/],
    [[], /withChoices: it takes an array of at least one choice/],
    ["yes", /withChoices: it takes an array of at least one choice, but it was given "yes"/],
    [[""], /a choice must be a string or \{ label, value \}/],
    [[{ label: "A", value: 5 }], /a choice must be a string or \{ label, value \}/],
    [[{ label: " ", value: "a" }], /a choice must be a string or \{ label, value \}/],
    [[null], /a choice must be a string or \{ label, value \}, but it is null/],
    [["\ud800"], /a choice must be/],
  ])("%j are refused", (choices, message) => {
    for (const asked of [io.input.text("T"), io.display.heading("H"), io.group([io.input.text("T")])]) {
      expect(() => called(asked.withChoices(choices as never))).toThrow(message);
    }
  });

  it("may have equal labels, since values tell them apart", () => {
    const choices = [
      { label: "Go", value: "a" },
      { label: "Go", value: "b" },
    ];
    expect(called(io.input.text("T").withChoices(choices)).choices).toHaveLength(2);
  });
});

describe("a default that breaks a rule of its field", () => {
  const tomorrow = { year: 2026, month: 11, day: 25 };
  const today = { year: 2026, month: 11, day: 24 };

  it.each<[() => Asked, RegExp]>([
    [
      () => io.input.text("T", { defaultValue: "abcd", maxLength: 3 }),
      /io.input.text: "defaultValue" breaks a rule of the field: Enter at most 3 characters\. The operator has to change it\./,
    ],
    [() => io.input.email("E", { defaultValue: "ada" }), /io.input.email: "defaultValue" breaks a rule/],
    [() => io.input.url("U", { defaultValue: "ftp://a.example" }), /begins with http: or https:/],
    [() => io.input.number("N", { defaultValue: 11, max: 10 }), /Enter 10 or less/],
    [() => io.input.number("N", { defaultValue: 1.5 }), /Enter a whole number/],
    [() => io.input.date("D", { defaultValue: today, min: tomorrow }), /Choose 2026-11-25 or later/],
    [
      () => io.input.time("T", { defaultValue: { hour: 9, minute: 0 }, max: { hour: 8, minute: 0 } }),
      /Choose 08:00 or earlier/,
    ],
    [
      () =>
        io.input.datetime("M", {
          defaultValue: { ...today, hour: 9, minute: 0 },
          min: { ...tomorrow, hour: 0, minute: 0 },
        }),
      /Choose 2026-11-25 00:00 or later/,
    ],
    [
      () => io.select.multiple("M", { options: ["a", "b"], defaultValue: ["a", "b"], maxSelections: 1 }),
      /Choose at most 1/,
    ],
    [() => io.select.table("T", { data: [{ id: 1 }], initiallySelected: [], minSelections: 1 }), /^$/],
  ])("%s stays where it can be mended, and the developer is warned", (make, message) => {
    const [field] = composed(make()).fields;
    expect(field?.warnings.join("\n")).toMatch(message);
    expect(field && defaultValue(field.component)).toBeDefined();
  });
});

describe("texts that the wire would change", () => {
  it("do not end a step: half a surrogate pair becomes U+FFFD on both sides", async () => {
    const asked = io.select.single("\ud800", { options: [{ label: "\udfff", value: "\ud800" }, "b"] });
    const read = composed(asked);
    const component = read.fields[0]?.component;
    const call = create(IoCallSchema, { key: read.baseKey, components: component ? [component] : [] });
    const sent = fromBinary(IoCallSchema, toBinary(IoCallSchema, call));
    expect(sent).toEqual(call);
    const kind = sent.components[0]?.kind;
    const optionKey = (kind?.case === "selectSingle" && kind.value.options[0]?.key) || "";
    const option = await judged(asked, { [sent.key]: { selectSingle: { optionKey } } }, undefined, read);
    expect(option).toMatchObject({ label: "\udfff" });
  });

  it("are no longer than the key that is made of them, wherever that ends", () => {
    expect(composed(io.input.text(`${"x".repeat(119)}😀`)).baseKey.isWellFormed()).toBe(true);
    expect(composed(io.group([], { label: `${"x".repeat(119)}😀` })).baseKey.isWellFormed()).toBe(true);
  });

  it("are shown and returned all the same", async () => {
    expect(await runAction(() => ({ "a\ud800": "b\udfff" })).result()).toEqual({ "a\ufffd": "b\ufffd" });
    const { fields } = composed(io.display.object("O", { data: ["\ud800"] }));
    const kind = fields[0]?.component.kind;
    expect(kind?.case === "displayObject" && fromValue(kind.value.data)).toEqual(["\ufffd"]);
  });
});

describe("own keys of any name", () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty"];

  it("are members of a group: each has its own answer, and a missing one is missing", async () => {
    const members = Object.fromEntries(names.map((name) => [name, io.input.text(name).optional()]));
    const answers = Object.fromEntries(names.map((name) => [name, { inputText: { text: `of ${name}` } }]));
    const given = await judged(io.group(members), answers);
    expect(Object.entries(given as object)).toEqual(names.map((name) => [name, `of ${name}`]));
    const missing = await judged(io.group(members), {});
    expect(Object.entries(missing as object)).toEqual(names.map((name) => [name, undefined]));
  });

  it("are columns of a spreadsheet", async () => {
    const columns = Object.fromEntries(names.map((name) => [name, "string?" as const]));
    const row = Object.fromEntries(names.map((name) => [name, name]));
    const asked = io.input.spreadsheet("S", { columns, defaultValue: [row, {}] });
    const start = defaultValue(called(asked).components[0] as never)?.kind;
    const rows = await judged(asked, { "inputSpreadsheet:S": { inputSpreadsheet: start?.value ?? {} } });
    expect((rows as object[]).map(Object.values)).toEqual([names, names.map(() => undefined)]);
  });

  it("are entered by a scripted operator, and returned", async () => {
    const run = runAction((io) => io.group(Object.fromEntries(names.map((name) => [name, io.input.text(name)]))));
    await run.answer(Object.fromEntries(names.map((name) => [name, name])));
    expect(Object.entries((await run.result()) as object)).toEqual(names.map((name) => [name, name]));
  });
});

describe("what cannot be shown as it is", () => {
  it("never turns success into failure: a Date without a time has a stand-in, and the developer is warned", async () => {
    const run = runAction(() => ({ at: new Date(Number.NaN), list: [new Date(Number.NaN)], n: Number.NaN }));
    expect(await run.result()).toEqual({ at: "Invalid Date", list: ["Invalid Date"], n: Number.NaN });
    expect(run.logs.map(({ values }) => values)).toEqual([
      ['"at" of the result is shown as "Invalid Date": a Date without a time.'],
      ['"list/0" of the result is shown as "Invalid Date": a Date without a time.'],
    ]);
  });

  it.each<[() => Asked, string]>([
    [
      () => io.display.object("O", { data: { at: new Date(Number.NaN) } }),
      'io.display.object: "data/at" is shown as "Invalid Date": a Date without a time.',
    ],
    [
      () => io.display.metadata("M", { data: [{ label: "At", value: new Date(Number.NaN) }] }),
      'io.display.metadata: "data[0].value" is shown as "Invalid Date": a Date without a time.',
    ],
    [
      () => io.display.chart("C", { kind: "line", data: [{ at: new Date(Number.NaN), n: 1 }], x: "at", y: "n" }),
      'io.display.chart: "data[0].at" is shown as "Invalid Date": a Date without a time.',
    ],
  ])("%s", (make, warning) => {
    expect(composed(make()).fields[0]?.warnings).toEqual([warning]);
  });
});

it.each<[() => Asked, RegExp]>([
  [() => io.input.text("T", { maxLength: 2 ** 40 }), /"maxLength" must be a whole number from 0 to 2147483647/],
  [
    () => io.input.text("T", { minLength: 3, maxLength: 2 }),
    /"minLength" \(3\) must not be greater than "maxLength" \(2\)/,
  ],
  [() => io.input.number("N", { min: 2, max: 1 }), /"min" \(2\) must not be greater than "max" \(1\)/],
  [() => io.input.number("N", { defaultValue: Number.NaN }), /"defaultValue" must be a finite number, but it is NaN/],
  [() => io.input.number("N", { min: Number.NEGATIVE_INFINITY }), /"min" must be a finite number, but it is -Infinity/],
  [() => io.select.multiple("M", { options: ["a"], minSelections: 2, maxSelections: 1 }), /must not be greater/],
  [() => io.select.single("S", { options: ["a", { label: "A", value: "a" }] }), /two options have the value "a"/],
  [
    () => io.select.single("S", { options: [{ label: new Date(Number.NaN), value: "a" }] }),
    /"options\[0\]": "label" must be a text/,
  ],
  [
    () => io.select.single("S", { options: ["x".repeat(20_000)] }),
    /"options\[0\]": its value has 20000 characters; at most 10000 are possible/,
  ],
  [() => io.group([], { label: 5 as never }), /io.group: "label" must be a string, but it is 5/],
  [() => io.group([io.group([], { helpText: 5 as never })]), /io.group: "helpText" must be a string/],
  [() => io.group([], { continueButton: 5 as never }), /io.group: "continueButton" must be a string, but it is 5/],
  [() => io.group([], { continueButton: { label: 5 } as never }), /io.group: "label" must be a string/],
  [() => io.group([], "Title" as never), /io.group: the second argument must be an object of options/],
  [
    () => io.input.spreadsheet("S", { columns: { "\ud800": "string" } }),
    /"columns" must be an object whose names are whole texts/,
  ],
])("%s says what is wrong", (make, message) => {
  expect(() => composed(make())).toThrow(message);
});
