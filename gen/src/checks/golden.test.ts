import { fromJson, type JsonObject } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { FieldErrorCode, FieldErrorSchema } from "../../ts/interval/io/v1/field_error_pb.ts";
import { IoComponentSchema, type IoValue, IoValueSchema } from "../../ts/interval/io/v1/io_component_pb.ts";
import { type GoldenFile, readTestdata, testdataFiles } from "../testdata.test-util.ts";
import { fromParams } from "../value.ts";
import { checkValue } from "./check.ts";

const read = (value: JsonObject | null): IoValue | undefined => (value ? fromJson(IoValueSchema, value) : undefined);

describe.each(testdataFiles("."))("%s", (file) => {
  const { cases } = readTestdata<GoldenFile>(file);
  describe.each(cases)("$component", ({ component: json, good, bad }) => {
    const component = fromJson(IoComponentSchema, json);

    it.each(good)("takes: $note", ({ value }) => {
      expect(checkValue(component, read(value))).toEqual([]);
    });

    it.each(bad)("refuses: $note", ({ value, errors }) => {
      const found = checkValue(component, read(value));
      const expected = errors.map((error) => fromJson(FieldErrorSchema, error));
      const say = ({ code, path }: { code: FieldErrorCode; path: string }) => `${FieldErrorCode[code]} ${path}`;
      expect(found.map(say)).toEqual(expected.map(say));
      for (const [i, { params }] of expected.entries()) {
        expect(fromParams(found[i]?.params ?? {})).toMatchObject(fromParams(params));
      }
      for (const { componentKey, text } of found) {
        expect(componentKey).toBe(component.key);
        expect(text).toMatch(/^\S.*\S$/s);
      }
    });
  });
});
