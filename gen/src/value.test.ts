import { fromBinary, fromJson, toBinary, toJson } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { ValueSchema } from "../ts/interval/io/v1/value_pb.ts";
import { fromParams, fromValue, type LeftOut, toParams, toValue } from "./value.ts";

/** There and back, over the wire. */
const sent = (value: unknown) => fromValue(fromBinary(ValueSchema, toBinary(ValueSchema, toValue(value))));
const sentAsJson = (value: unknown) => fromValue(fromJson(ValueSchema, toJson(ValueSchema, toValue(value))));

function packed(value: unknown): { value: unknown; leftOut: LeftOut[] } {
  const leftOut: LeftOut[] = [];
  return { value: fromValue(toValue(value, leftOut)), leftOut };
}

/** The same numbers in every run, so that a failure can be looked at again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function anyValue(next: () => number, depth = 0): unknown {
  const list = () => Array.from({ length: Math.floor(next() * 4) }, () => anyValue(next, depth + 1));
  const text = () => String.fromCodePoint(...Array.from({ length: 4 }, () => 32 + Math.floor(next() * 0xd000)));
  const makers = [
    () => null,
    () => undefined,
    () => next() < 0.5,
    () => (next() - 0.5) * 10 ** Math.floor(next() * 20),
    () => text(),
    () => BigInt(Math.floor(next() * 1e15)) ** BigInt(Math.floor(next() * 4)) * (next() < 0.5 ? -1n : 1n),
    () => new Date(Math.floor((next() - 0.5) * 1e14)),
    () => new Uint8Array(list().length),
    () => list(),
    () => Object.fromEntries(list().map((item) => [text(), item])),
    () => new Map(list().map((item, i) => [next() < 0.5 ? i : text(), item])),
    () => new Set(list()),
  ];
  const choice = makers[Math.floor(next() * (depth > 5 ? 8 : makers.length))];
  return choice?.();
}

describe("a value", () => {
  it.each([
    ["zero", 0],
    ["minus zero", -0],
    ["not a number", Number.NaN],
    ["infinity", Number.NEGATIVE_INFINITY],
    ["the smallest number", Number.MIN_VALUE],
    ["false", false],
    ["an empty text", ""],
    ["a text that looks like a date", "2026-01-01T00:00:00Z"],
    ["a text that looks like a number", "007"],
    ["null", null],
    ["undefined", undefined],
    ["the largest 64-bit integer", 2n ** 63n - 1n],
    ["one more", 2n ** 63n],
    ["the smallest 64-bit integer", -(2n ** 63n)],
    ["one less", -(2n ** 63n) - 1n],
    ["a bigint of 100 digits", 10n ** 99n],
    ["zero as a bigint", 0n],
    ["midnight", new Date("2026-01-01T00:00:00.000Z")],
    ["a moment before 1970", new Date(-1)],
    ["the first moment of year 1", new Date("0001-01-01T00:00:00.000Z")],
    ["the last moment of year 9999", new Date("9999-12-31T23:59:59.999Z")],
    ["bytes", Uint8Array.of(0, 255)],
    ["no bytes", new Uint8Array()],
    ["an empty list", []],
    ["an empty record", {}],
    ["a list with gaps in meaning", [undefined, null, 0, "", false]],
    ["a record with fields that are undefined", { a: undefined }],
    [
      "a map with keys of every type",
      new Map<unknown, unknown>([
        [1, "n"],
        ["1", "s"],
        [null, 0],
        [5n, { a: 1 }],
      ]),
    ],
    ["a set", new Set([1, "1", 1n])],
    ["the same object twice, not around itself", ((shared) => [shared, shared])({ a: 1 })],
  ])("%s comes back as it was", (_name, value) => {
    expect(sent(value)).toStrictEqual(value);
  });

  it("comes back as it was, whatever it is made of", () => {
    const next = random(1);
    for (let i = 0; i < 500; i++) {
      const value = anyValue(next);
      expect(sent(value)).toStrictEqual(value);
      expect(sentAsJson(value)).toStrictEqual(value);
    }
  });

  it("keeps the order of fields, and names that objects know", () => {
    const value = JSON.parse(
      '{"z": 1, "a": 2, "__proto__": {"polluted": true}, "constructor": 3, "toString": 4, "": 5}',
    );
    const back = sent(value);
    expect(Object.keys(back as object)).toEqual(["z", "a", "__proto__", "constructor", "toString", ""]);
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("is a view's own part of its buffer, copied", () => {
    const buffer = Uint8Array.of(1, 2, 3, 4);
    const value = toValue(buffer.subarray(1, 3));
    buffer.fill(9);
    expect(fromValue(value)).toEqual(Uint8Array.of(2, 3));
    expect(sent(Uint8Array.of(7).buffer)).toEqual(Uint8Array.of(7));
  });

  it("of a class becomes a record of its fields, or what its toJSON says", () => {
    class Point {
      x = 1;
      #y = 2;
      get sum() {
        return this.x + this.#y;
      }
    }
    expect(sent(new Point())).toEqual({ x: 1 });
    expect(sent({ toJSON: () => ({ n: 5n }) })).toEqual({ n: 5n });
    expect(sent(new URL("https://example.com/a"))).toBe("https://example.com/a");
    expect(sent(/a+/gi)).toBe("/a+/gi");
  });

  it("that is an error keeps name, message, cause and fields", () => {
    const error = Object.assign(new TypeError("no", { cause: new Error("why") }), { status: 404 });
    expect(sent(error)).toEqual({
      name: "TypeError",
      message: "no",
      cause: { name: "Error", message: "why" },
      status: 404,
    });
  });

  it("that is no moment has a stand-in, which is reported, and a moment beyond the calendar a text", () => {
    const leftOut: LeftOut[] = [];
    expect(fromValue(toValue({ at: new Date(Number.NaN) }, leftOut))).toEqual({ at: "Invalid Date" });
    expect(leftOut).toEqual([{ path: "at", reason: "a Date without a time", standIn: "Invalid Date" }]);
    expect(sentAsJson(new Date(8.64e15))).toBe("+275760-09-13T00:00:00.000Z");
    expect(sentAsJson(new Date(-8.64e15))).toBe("-271821-04-20T00:00:00.000Z");
    expect(sentAsJson(new Date("0000-12-31T23:59:59.999Z"))).toBe("0000-12-31T23:59:59.999Z");
  });
});

describe("what cannot be packed", () => {
  it("is left out of records, keeps its place in lists, and is reported", () => {
    const { value, leftOut } = packed({ name: "a", save() {}, list: [1, Symbol("x"), 3] });
    expect(value).toStrictEqual({ name: "a", list: [1, undefined, 3] });
    expect(leftOut).toEqual([
      { path: "save", reason: "a function" },
      { path: "list/1", reason: "a symbol" },
    ]);
    expect(packed(() => 1)).toEqual({ value: undefined, leftOut: [{ path: "", reason: "a function" }] });
  });

  it("is a reference to something around it", () => {
    const node: Record<string, unknown> = { name: "a" };
    node.self = node;
    node.list = [node, new Map([["m", node]])];
    const { value, leftOut } = packed(node);
    expect(value).toStrictEqual({ name: "a", list: [undefined, new Map([["m", undefined]])] });
    expect(leftOut.map(({ path }) => path)).toEqual(["self", "list/0", "list/1/0"]);
  });

  it("is a field whose getter throws; the others stay", () => {
    const record = {
      before: 1,
      get broken(): never {
        throw new Error("closed");
      },
      after: 2,
    };
    const { value, leftOut } = packed({ record });
    expect(value).toEqual({ record: { before: 1, after: 2 } });
    expect(leftOut).toEqual([{ path: "record/broken", reason: "something that threw when it was read: closed" }]);
  });

  it("is what throws while it is read", () => {
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw "text alone";
        },
      },
    );
    expect(packed([hostile])).toEqual({
      value: [undefined],
      leftOut: [{ path: "0", reason: "something that threw when it was read: text alone" }],
    });
    const { proxy: revoked, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(packed({ fine: 1, revoked })).toMatchObject({ value: { fine: 1 }, leftOut: [{ path: "revoked" }] });
    expect(
      packed({
        toJSON() {
          throw { toString: null };
        },
      }).leftOut,
    ).toEqual([{ path: "", reason: "something that threw when it was read" }]);
    expect(
      packed({
        toJSON() {
          throw new Error("no");
        },
      }).leftOut,
    ).toHaveLength(1);
  });

  it("is what is nested too deeply; the rest crosses the wire inside of the largest messages", () => {
    const nest = (wrap: (inner: unknown) => unknown) => {
      let value: unknown = "core";
      for (let i = 0; i < 200; i++) value = wrap(value);
      return value;
    };
    for (const wrap of [(a: unknown) => ({ a }), (a: unknown) => [a], (a: unknown) => new Map([[1, a]])]) {
      const leftOut: LeftOut[] = [];
      const value = toValue(nest(wrap), leftOut);
      expect(leftOut).toHaveLength(1);
      expect(leftOut[0]?.reason).toMatch(/nested more than \d+ levels deep/);
      const bytes = toBinary(ValueSchema, value);
      expect(() => fromBinary(ValueSchema, bytes, { recursionLimit: 80 })).not.toThrow();
    }
  });
});

describe("what is newer than this package", () => {
  it("becomes undefined", () => {
    expect(fromValue(fromJson(ValueSchema, {}))).toBeUndefined();
    expect(fromValue(undefined)).toBeUndefined();
  });

  it("decimals with a fraction become numbers", () => {
    expect(fromValue(fromJson(ValueSchema, { decimalValue: "1.5" }))).toBe(1.5);
  });
});

describe("parameters", () => {
  it("keep zero, false, empty texts, null, undefined and moments apart", () => {
    const params = {
      n: 0,
      on: false,
      q: "",
      none: null,
      missing: undefined,
      at: new Date(0),
      id: 5n,
      time: "10:30:00",
    };
    expect(fromParams(toParams(params))).toStrictEqual(params);
  });
});
