import type { Eventual } from "@interval/proto";
import { describe, expect, it, vi } from "vitest";
import { Eventuals, type EventualValue } from "./eventual.ts";

function place(given: EventualValue<number>) {
  const eventuals = new Eventuals();
  const slot = { value: undefined as number | undefined, state: undefined as Eventual | undefined };
  eventuals.put(given, {
    assign: (value) => {
      if (value < 0) throw new RangeError("It must not be negative.");
      slot.value = value;
    },
    mark: (state) => {
      slot.state = state;
    },
  });
  return { slot, later: eventuals.later };
}

describe("a value", () => {
  it("that is there is put in its place at once", () => {
    expect(place(5)).toMatchObject({ slot: { value: 5, state: undefined }, later: undefined });
  });

  it.each([
    ["a promise", Promise.resolve(5)],
    ["a function", () => 5],
    ["an async function", async () => 5],
  ])("that is %s is pending first, then there", async (_what, given) => {
    const { slot, later } = place(given);
    expect(slot).toMatchObject({ value: undefined, state: { state: { case: "pending" } } });
    const changed = vi.fn();
    await later?.({ changed });
    expect(slot).toEqual({ value: 5, state: undefined });
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it.each([
    ["rejects", () => Promise.reject(new Error("The bank is closed.")), "The bank is closed."],
    ["rejects with a text", () => Promise.reject("closed"), "closed"],
    ["cannot stand there", () => -1, "It must not be negative."],
  ])("that %s is an error in its place", async (_what, given, message) => {
    const { slot, later } = place(given);
    await later?.({ changed: () => {} });
    expect(slot.state?.state).toEqual({ case: "error", value: message });
  });
});
