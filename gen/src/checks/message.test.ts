import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { describe, expect, it } from "vitest";
import { FetchedSchema, HostFrameSchema } from "../../ts/interval/host/v1/frame_pb.ts";
import type { ValueSchema } from "../../ts/interval/io/v1/value_pb.ts";
import { StartRunRequestSchema } from "../../ts/interval/operator/v1/run_service_pb.ts";
import { FailureSchema } from "../../ts/interval/run/v1/failure_pb.ts";
import { limits } from "../limits.ts";
import { type LeftOut, toValue } from "../value.ts";
import { checkMessage } from "./message.ts";

type Init = MessageInitShape<typeof ValueSchema>;
const wrap = {
  list: (value: Init): Init => ({ kind: { case: "listValue", value: { items: [value] } } }),
  record: (value: Init): Init => ({ kind: { case: "recordValue", value: { fields: [{ name: "a", value }] } } }),
  map: (value: Init): Init => ({ kind: { case: "mapValue", value: { entries: [{ key: value }] } } }),
  set: (value: Init): Init => ({ kind: { case: "setValue", value: { items: [value] } } }),
};
const leaf: Init = { kind: { case: "boolValue", value: true } };
const nested = (kind: keyof typeof wrap, levels: number): Init =>
  Array.from({ length: levels }).reduce<Init>((value) => wrap[kind](value), leaf);
const start = (value: Init) => create(StartRunRequestSchema, { params: { fine: leaf, deep: value } });
const check = (value: Init) => checkMessage(StartRunRequestSchema, start(value));

describe("nesting", () => {
  it.each(["list", "record", "map", "set"] as const)("of a %s is possible to 25 levels, and named beyond", (kind) => {
    expect(check(nested(kind, 25))).toBeUndefined();
    expect(check(nested(kind, 26))).toBe('params["deep"] is nested 26 levels deep; at most 25 levels are possible.');
    expect(check(nested(kind, 49))).toMatch(/^params\["deep"\] is nested 49 levels deep/);
  });

  it("allows all that the SDK packs, and what it packs can be read by the usual reader of a frame", () => {
    const deep = (levels: number): unknown => (levels === 0 ? 1 : new Map([[{ a: 1 }, deep(levels - 1)]]));
    const items = { items: { kind: toValue(deep(100)).kind } };
    expect(checkMessage(StartRunRequestSchema, start(toValue(deep(100))))).toBeUndefined();
    const frame = create(HostFrameSchema, {
      body: { case: "finish", value: { outcome: { case: "success", value: { result: items.items } } } },
    });
    expect(() => fromBinary(HostFrameSchema, toBinary(HostFrameSchema, frame))).not.toThrow();
  });

  it("counts any type that holds itself", () => {
    const chain = (causes: number): MessageInitShape<typeof FailureSchema> =>
      causes === 0 ? { message: "m" } : { message: "m", cause: chain(causes - 1) };
    expect(checkMessage(FailureSchema, create(FailureSchema, chain(25)))).toBeUndefined();
    expect(checkMessage(FailureSchema, create(FailureSchema, chain(30)))).toBe(
      "The message is nested 30 levels deep; at most 25 levels are possible.",
    );
  });

  it("counts groups that no field is known for", () => {
    const groups = (levels: number) => {
      const writer = new BinaryWriter();
      for (let i = 0; i < levels; i++) writer.tag(900, WireType.StartGroup);
      for (let i = 0; i < levels; i++) writer.tag(900, WireType.EndGroup);
      return fromBinary(StartRunRequestSchema, writer.finish());
    };
    expect(checkMessage(StartRunRequestSchema, groups(2))).toBeUndefined();
    expect(checkMessage(StartRunRequestSchema, groups(60))).toBe(
      "The message holds unknown groups nested more than 5 levels deep.",
    );
  });
});

describe("what could be read but not written again", () => {
  it("is named: moments, spans and numbers", () => {
    const at = (seconds: bigint, nanos = 0) => check({ kind: { case: "timestampValue", value: { seconds, nanos } } });
    expect(at(253_402_300_799n, 999_999_999)).toBeUndefined();
    expect(at(-62_135_596_800n)).toBeUndefined();
    expect([at(253_402_300_800n), at(-62_135_596_801n), at(0n, -1), at(0n, 1_000_000_000)]).toEqual(
      Array(4).fill('params["deep"].timestamp_value is no time from year 1 to 9999.'),
    );
    const wait = (seconds: bigint, nanos: number) =>
      checkMessage(StartRunRequestSchema, create(StartRunRequestSchema, { wait: { seconds, nanos } }));
    expect(wait(-1n, -5)).toBeUndefined();
    expect([wait(2n ** 62n, 0), wait(1n, -5)]).toEqual(Array(2).fill("wait is no span of up to 10,000 years."));
  });

  it("is named for sequences, not for a program's own numbers", () => {
    const frame = (sequence: bigint) => checkMessage(HostFrameSchema, create(HostFrameSchema, { sequence }));
    expect(frame(2n ** 53n - 1n)).toBeUndefined();
    expect(frame(2n ** 63n - 1n)).toBe("sequence is 9223372036854775807; numbers of this field go up to 2^53 - 1.");
    expect(check({ kind: { case: "int64Value", value: 2n ** 63n - 1n } })).toBeUndefined();
  });

  it("is named for numbers that take too long to read", () => {
    const digits = (count: number) => check({ kind: { case: "decimalValue", value: "9".repeat(count) } });
    expect(digits(10_000)).toBeUndefined();
    expect(digits(10_001)).toBe('params["deep"].decimal_value has 10001 digits; at most 10000 are possible.');
    const leftOut: LeftOut[] = [];
    toValue({ most: 10n ** 10_000n - 1n, more: 10n ** 10_000n }, leftOut);
    expect(leftOut).toEqual([{ path: "more", reason: "a number of more than 10000 digits" }]);
  });

  it("is named for ids that are too long", () => {
    const tab = (tabId: string) => checkMessage(StartRunRequestSchema, create(StartRunRequestSchema, { tabId }));
    expect(tab("x".repeat(limits.idLength))).toBeUndefined();
    expect(tab("x".repeat(201))).toBe("tab_id has 201 characters; at most 200 are possible.");
  });
});

it("takes time in proportion to what is read", () => {
  const row = toValue({ a: 1, b: "x", c: [1, 2, 3], d: new Date(0) });
  const of = (rows: number) => {
    const items = Array.from({ length: rows }, () => row);
    const value = { kind: { case: "listValue" as const, value: { items } } };
    const message = create(FetchedSchema, { requestId: "r" });
    const begin = performance.now();
    for (let i = 0; i < 5; i++) checkMessage(StartRunRequestSchema, start(value));
    expect(checkMessage(FetchedSchema, message)).toBeUndefined();
    return performance.now() - begin;
  };
  of(1000);
  expect(of(20_000)).toBeLessThan(40 * Math.max(of(2000), 5));
});
