import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { FieldErrorCode } from "../../ts/interval/io/v1/field_error_pb.ts";
import { IoAnswerSchema, IoCallSchema } from "../../ts/interval/io/v1/io_call_pb.ts";
import { IoComponentSchema, IoValueSchema } from "../../ts/interval/io/v1/io_component_pb.ts";
import { limits } from "../limits.ts";
import { checkAnswer, checkKeys, checkValue } from "./check.ts";
import { currencyDecimals } from "./currency.ts";
import { byteCount } from "./faults.ts";
import { decimalsOf } from "./input-number.ts";

const call = (init: MessageInitShape<typeof IoCallSchema>) => create(IoCallSchema, init);
const text = (content: string) => ({ kind: { case: "inputText", value: { text: content } } }) as const;
const components: MessageInitShape<typeof IoComponentSchema>[] = [
  { key: "name", kind: { case: "inputText", value: { minLength: 2 } } },
  { key: "constructor", kind: { case: "inputText", value: {} } },
  { key: "note", kind: { case: "displayMarkdown", value: {} } },
  { key: "newer" },
];

function faults(
  init: MessageInitShape<typeof IoCallSchema>,
  answer: MessageInitShape<typeof IoAnswerSchema>,
): string[] {
  const errors = checkAnswer(call(init), create(IoAnswerSchema, answer));
  return errors.map(({ componentKey, code }) => `${componentKey} ${FieldErrorCode[code]}`);
}

describe("an answer", () => {
  const good = { name: text("Ada"), constructor: text("x") };

  it("is taken when all its values are, and may leave displays and newer components out", () => {
    expect(faults({ components }, { values: good })).toEqual([]);
  });

  it("hears of all its faults: unknown keys, displays that were answered, what is missing", () => {
    const values = { other: text("x"), name: text("A"), note: text("x") };
    expect(faults({ components }, { values }).sort()).toEqual([
      "constructor REQUIRED",
      "name TOO_SHORT",
      "note UNKNOWN_COMPONENT",
      "other UNKNOWN_COMPONENT",
    ]);
  });

  it("may answer a component that is newer than the reader: its host has the last word", () => {
    expect(faults({ components }, { values: { ...good, newer: {} } })).toEqual([]);
  });

  it("names a button where there are some, one of them, and none where there are none", () => {
    const choices = [{ value: "save" }, { value: "skip", skipValidation: true }];
    expect(faults({ components, choices }, { values: good, choice: "save" })).toEqual([]);
    expect(faults({ components, choices }, { values: good })).toEqual([" REQUIRED"]);
    expect(faults({ components, choices }, { values: good, choice: "" })).toEqual([" UNKNOWN_CHOICE"]);
    expect(faults({ components, choices }, { values: good, choice: "delete" })).toEqual([" UNKNOWN_CHOICE"]);
    expect(faults({ components }, { values: good, choice: "save" })).toEqual([" UNKNOWN_CHOICE"]);
  });

  it("with a button that skips validation is checked for keys and kinds alone", () => {
    const choices = [{ value: "save" }, { value: "skip", skipValidation: true }];
    const skip = (values: MessageInitShape<typeof IoAnswerSchema>["values"]) =>
      faults({ components, choices }, { choice: "skip", values });
    expect(skip({})).toEqual([]);
    expect(skip({ name: text("A"), newer: {} })).toEqual([]);
    expect(skip({ other: text("") })).toEqual(["other UNKNOWN_COMPONENT"]);
    expect(skip({ note: text("") })).toEqual(["note UNKNOWN_COMPONENT"]);
    const number = { kind: { case: "inputNumber", value: { number: 1 } } } as const;
    expect(skip({ name: number, constructor: {} })).toEqual(["name WRONG_TYPE", "constructor WRONG_TYPE"]);
    expect(faults({ components, choices }, { choice: "save" })).toContain("name REQUIRED");
  });

  it("hears of 100 faults, and how many more there are", () => {
    const values = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, text("")]));
    const answer = create(IoAnswerSchema, { values: { ...good, ...values } });
    const errors = checkAnswer(call({ components }), answer);
    expect(errors).toHaveLength(101);
    expect(errors.at(-1)?.text).toBe("99,900 more faults are not listed.");
    expect(errors).toEqual(checkKeys(call({ components }), answer));
    expect(checkKeys(call({ components }), create(IoAnswerSchema, { values: good }))).toEqual([]);
  });
});

describe("a fault", () => {
  const said = (
    component: MessageInitShape<typeof IoComponentSchema>["kind"],
    value: MessageInitShape<typeof IoValueSchema>["kind"],
  ) =>
    checkValue(create(IoComponentSchema, { kind: component }), create(IoValueSchema, { kind: value })).map(
      (e) => e.text,
    );

  it("quotes its limit", () => {
    const at = (props: object, content: string) => said({ case: "inputText", value: props }, text(content).kind);
    expect(at({ minLength: 3 }, "a")).toEqual(["Enter at least 3 characters."]);
    expect(at({ maxLength: 1 }, "ab")).toEqual(["Enter at most 1 character."]);
    const options = [{ key: "s:a" }, { key: "s:b" }];
    const optionKeys = ["s:a", "s:b"];
    const chosen = { case: "selectMultiple", value: { optionKeys } } as const;
    expect(said({ case: "selectMultiple", value: { options, maxSelections: 1 } }, chosen)).toEqual([
      "Choose at most 1.",
    ]);
    const files = [{ name: "a", size: 2n ** 40n, assetId: "asset_1" }];
    expect(said({ case: "inputFile", value: {} }, { case: "inputFile", value: { files } })).toEqual([
      "Choose a file of at most 5 GiB.",
    ]);
  });

  it("of a sheet is one of 100 at most, and of too many rows the only one", () => {
    const columns = [{ key: "a", type: 1 }];
    const rows = (count: number) =>
      ({ case: "inputSpreadsheet", value: { rows: Array.from({ length: count }, () => ({})) } }) as const;
    expect(said({ case: "inputSpreadsheet", value: { columns } }, rows(limits.spreadsheetRows))).toHaveLength(100);
    expect(said({ case: "inputSpreadsheet", value: { columns } }, rows(limits.spreadsheetRows + 1))).toEqual([
      "Enter at most 5,000 rows.",
    ]);
  });
});

describe("figures", () => {
  it("of currencies are ISO 4217's minor units", () => {
    const codes = ["USD", "jpy", "KWD", "CLF", "HUF", "ISK", "IQD", "XYZ"];
    expect(codes.map(currencyDecimals)).toEqual([2, 0, 3, 4, 2, 0, 3, 2]);
    expect([{}, { decimals: 1 }, { currency: "JPY", decimals: 2 }, { currency: "USD" }].map(decimalsOf)).toEqual([
      0, 1, 2, 2,
    ]);
  });

  it("of bytes use the largest unit", () => {
    const sizes = [0, 1, 1023, 1024, 1536, 5 * 1024 ** 3, 3 * 1024 ** 5].map(byteCount);
    expect(sizes).toEqual(["0 bytes", "1 byte", "1,023 bytes", "1 KiB", "1.5 KiB", "5 GiB", "3072 TiB"]);
  });
});
