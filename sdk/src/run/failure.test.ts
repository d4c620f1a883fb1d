import { toBinary } from "@bufbuild/protobuf";
import { FailureSchema, limits } from "@interval/proto";
import { describe, expect, it } from "vitest";
import { toFailure } from "./failure.ts";

/** A failure's own fields, those above it left out. */
const plain = ({ type, message, cause }: ReturnType<typeof toFailure>): unknown => ({
  type,
  message,
  ...(cause && { cause: plain(cause) }),
});

class PaymentError extends Error {}

describe("a failure", () => {
  it("is named after its error, else after its class", () => {
    expect(toFailure(new PaymentError("No")).type).toBe("PaymentError");
    expect(toFailure(new DOMException("Late", "TimeoutError")).type).toBe("TimeoutError");
    expect(toFailure(Object.assign(new Error("Odd"), { name: { not: "a text" } })).type).toBe("Error");
    expect(toFailure("just a text")).toMatchObject({ type: "Error", message: "just a text", stack: "" });
  });

  it("holds its causes, each once though they form a circle", () => {
    const inner = new TypeError("inner", { cause: "a text" });
    expect(plain(toFailure(new Error("outer", { cause: inner })))).toEqual({
      type: "Error",
      message: "outer",
      cause: { type: "TypeError", message: "inner", cause: { type: "Error", message: "a text" } },
    });
    const circle = new Error("one", { cause: new Error("two") });
    (circle.cause as Error).cause = circle;
    expect(plain(toFailure(circle))).toEqual({
      type: "Error",
      message: "one",
      cause: { type: "Error", message: "two" },
    });
  });

  it("holds what an error stands for", () => {
    const { errors } = toFailure(new AggregateError([new Error("a", { cause: new Error("why") }), "b"], "Both"));
    expect(errors.map(plain)).toEqual([
      { type: "Error", message: "a", cause: { type: "Error", message: "why" } },
      { type: "Error", message: "b" },
    ]);
  });

  it("fits a frame, whatever was thrown", () => {
    const large = () => new Error("ä".repeat(1_000_000));
    const wide = new AggregateError(Array.from({ length: 1000 }, large), "Many");
    let deep = large();
    for (let i = 0; i < 1000; i++) deep = new Error("y".repeat(1_000_000), { cause: deep });
    for (const thrown of [large(), wide, deep]) {
      expect(toBinary(FailureSchema, toFailure(thrown)).length).toBeLessThan(limits.frameBytes);
    }
    expect(toFailure(large()).stack).toMatch(/ä… \(1000000 characters in all\)\n +at .*failure\.test\.ts/);
  });

  it("can be made of what throws when it is looked at", () => {
    const no = () => {
      throw new Error("no");
    };
    const names = ["message", "stack", "cause", "name", "errors"];
    const closed = Object.defineProperties(new Error(), Object.fromEntries(names.map((name) => [name, { get: no }])));
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(toFailure(closed)).toMatchObject({ type: "Error", message: "Error", stack: "" });
    expect(toFailure(proxy)).toMatchObject({ message: "<Revoked Proxy>" });
    const inspected = { toJSON: no, toString: no, [Symbol.for("nodejs.util.inspect.custom")]: no };
    expect(toFailure(inspected)).toMatchObject({ message: "Something was thrown that cannot be shown." });
  });
});
