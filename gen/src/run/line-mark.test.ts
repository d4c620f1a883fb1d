import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { LineLoggedSchema, LogLevel } from "../../ts/interval/run/v1/run_event_pb.ts";
import { toValue } from "../value.ts";
import { lineMark } from "./line-mark.ts";

const mark = (values: unknown[], level = LogLevel.INFO) =>
  lineMark(create(LineLoggedSchema, { level, values: values.map((value) => toValue(value)) }));

test("a line is known by its words and its level, whatever numbers and times are in it", () => {
  expect(mark(["fetched in 53 ms", 7, new Date(5)])).toBe(mark(["fetched in 1061 ms", 12, new Date(6)]));
  const different = [
    mark(["fetched"]),
    mark(["fetch"]),
    mark(["fetched", ""]),
    mark(["fetched"], LogLevel.WARNING),
    mark([]),
  ];
  expect(new Set(different).size).toBe(different.length);
  expect(different.every((each) => each >= 0n && each < 1n << 64n)).toBe(true);
});
