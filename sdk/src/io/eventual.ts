import { create } from "@bufbuild/protobuf";
import { type Eventual, EventualSchema } from "@interval/proto";
import { messageOf } from "../errors.ts";
import type { Screen } from "./method.ts";

/** A value, or what gives it: a promise, a function, or an async function. Until it is there the operator sees a skeleton in its place. */
export type EventualValue<T> = T | PromiseLike<T> | (() => T | PromiseLike<T>);

/** Where a value belongs. */
export interface Slot<T> {
  /** Puts the value in its place; what it throws is shown there instead. */
  assign: (value: T) => void;
  /** Says how the value stands; undefined once it is there. */
  mark: (state: Eventual | undefined) => void;
}

/** The values of one component that may not be there yet. */
export class Eventuals {
  readonly #waiting: Array<() => Promise<void>> = [];

  /** Puts a value in its place: now where it is there, else once it is. A rejection is shown in its place. */
  put<T>(given: EventualValue<T>, slot: Slot<T>): void {
    if (typeof given !== "function" && !isPromiseLike(given)) {
      slot.assign(given);
      return;
    }
    slot.mark(create(EventualSchema, { state: { case: "pending", value: {} } }));
    if (isPromiseLike(given)) given.then(null, () => {}); // it is told on screen, once the component is there
    this.#waiting.push(async () => {
      try {
        // What is no promise is a function here: a value that is itself a function cannot be shown.
        slot.assign(await (isPromiseLike(given) ? given : (given as () => T | PromiseLike<T>)()));
        slot.mark(undefined);
      } catch (error) {
        slot.mark(create(EventualSchema, { state: { case: "error", value: messageOf(error) } }));
      }
    });
  }

  /** What follows the values once the component is on screen; undefined where all are there. */
  get later(): ((screen: Screen) => Promise<void>) | undefined {
    if (this.#waiting.length === 0) return undefined;
    return async (screen) => {
      await Promise.all(this.#waiting.map((bring) => bring().then(() => screen.changed())));
    };
  }
}

function isPromiseLike<T>(value: EventualValue<T>): value is PromiseLike<T> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
