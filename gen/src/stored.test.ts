import { create, toBinary } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { type IoComponent, IoComponentSchema } from "../ts/interval/io/v1/io_component_pb.ts";
import { checkValue } from "./checks/check.ts";
import { isStorable, withStored } from "./stored.ts";

const options = [{ key: "s:a", label: "A" }];
const kind = { case: "selectSingle" as const, value: { options } };

describe("a component of which most is stored", () => {
  const inline = create(IoComponentSchema, {
    key: "k",
    label: "Lon…",
    section: "s",
    optional: true,
    stored: "asset_1",
  });
  const stored = toBinary(IoComponentSchema, create(IoComponentSchema, { key: "other", label: "Long label", kind }));

  it("is whole once both are merged, and stays as it came", () => {
    const whole = withStored(inline, stored);
    expect(whole).toMatchObject({ key: "k", label: "Long label", section: "s", optional: true, kind });
    expect(whole.stored).toBeUndefined();
    expect(inline).toMatchObject({ label: "Lon…", stored: "asset_1", kind: { case: undefined } });
    expect(() => withStored(inline, new Uint8Array([255]))).toThrow();
  });

  it("is checked by its host alone, until it is whole", () => {
    const required: IoComponent = { ...inline, optional: false };
    expect(checkValue(required, undefined)).toEqual([]);
    expect(checkValue(withStored(required, stored), undefined)).toHaveLength(1);
  });
});

it("what the server reads itself is not stored, nor what has no kind", () => {
  const cases = ["inputFile", "confirmIdentity", "approval", "selectTable", "displayCode"] as const;
  const storable = cases.filter((name) => isStorable(create(IoComponentSchema, { kind: { case: name, value: {} } })));
  expect(storable).toEqual(["selectTable", "displayCode"]);
  expect(isStorable(create(IoComponentSchema))).toBe(false);
});
