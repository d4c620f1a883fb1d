import { create } from "@bufbuild/protobuf";
import { type Eventual, EventualSchema } from "@interval/proto";
import { messageOf } from "../thrown.ts";
import type { Screen } from "./method.ts";

/** A value, or what gives it: a promise, a function, or an async function. Until it is there the operator sees a skeleton in its place. */
export type EventualValue<T> = T | PromiseLike<T> | (() => T | PromiseLike<T>);

/** A message that says how what it holds stands. */
interface Standing {
  eventual?: Eventual;
}

/** Where a value belongs. */
export interface Slot<T> {
  /** Puts the value in its place; what it throws is shown there instead. */
  assign: (value: T) => void;
  /** Says how the value stands; undefined once it is there. */
  mark: (state: Eventual | undefined) => void;
}

/** The values of one component that may not be there yet. */
export class Eventuals {
  readonly #waiting: Array<(screen: Screen) => Promise<void>> = [];
  readonly #standing = new Map<Standing, Map<Slot<never>, Eventual>>();

  /** Puts a value into a message that says how all its values stand: what went wrong first, then what is on its way. */
  into<T>(message: Standing, given: EventualValue<T>, assign: (value: T) => void): void {
    const states = this.#standing.get(message) ?? new Map<Slot<never>, Eventual>();
    this.#standing.set(message, states);
    const slot: Slot<T> = {
      assign,
      mark: (state) => {
        if (state) states.set(slot, state);
        else states.delete(slot);
        const open = [...states.values()];
        message.eventual = open.find(({ state }) => state.case === "error") ?? open[0];
      },
    };
    this.put(given, slot);
  }

  /** Puts a value in its place: now where it is there, else once it is. A rejection is shown in its place. */
  put<T>(given: EventualValue<T>, slot: Slot<T>): void {
    if (!isEventual(given)) {
      slot.assign(given);
      return;
    }
    slot.mark(create(EventualSchema, { state: { case: "pending", value: {} } }));
    if (typeof given !== "function") given.then(null, () => {}); // it is told on screen, once the component is there
    this.#waiting.push(async (screen) => {
      try {
        slot.assign(await (typeof given === "function" ? given() : given));
        slot.mark(undefined);
      } catch (error) {
        screen.failed?.(error);
        slot.mark(create(EventualSchema, { state: { case: "error", value: messageOf(error) } }));
      }
    });
  }

  /** What follows the values once the component is on screen; undefined where all are there. */
  get later(): ((screen: Screen) => Promise<void>) | undefined {
    return this.#waiting.length === 0 ? undefined : (screen) => this.#follow(screen);
  }

  /** A value that arrives may hold values that are still on their way. */
  async #follow(screen: Screen): Promise<void> {
    const waiting = this.#waiting.splice(0);
    await Promise.all(
      waiting.map(async (bring) => {
        await bring(screen);
        screen.changed();
        await this.#follow(screen);
      }),
    );
  }
}

/** Whether a value is yet to come. A value that is itself a function cannot be shown, so a function gives one. */
export function isEventual<T>(given: EventualValue<T>): given is PromiseLike<T> | (() => T | PromiseLike<T>) {
  if (typeof given === "function") return true;
  return typeof given === "object" && given !== null && "then" in given && typeof given.then === "function";
}
