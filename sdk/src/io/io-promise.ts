import { inspect } from "node:util";
import { HostMisuseError } from "../errors.ts";
import { current } from "../run/storage.ts";
import { type AddedValidator, type ChoiceInput, nameOf, type Spec, spec, type Validator } from "./spec.ts";

/** The type of what a group makes of a member. It exists in types alone. */
declare const member: unique symbol;

/** What may stand in a group: any method's promise without choices, but not those that stand alone. */
export interface GroupMember<T> {
  readonly [member]: { value: T };
}

type Members<T, C> = [C] extends [never] ? { value: T } : "A member of a group cannot have choices.";

type ChoiceOf<C, T> = C extends string
  ? { choice: C; returnValue: T }
  : C extends { value: infer V; validate: false }
    ? { choice: V; returnValue: undefined }
    : C extends { value: infer V }
      ? { choice: V; returnValue: T }
      : never;

/** What a chain resolves to: the value, with choices the one pressed beside it. */
export type Outcome<T, C> = [C] extends [never] ? T : ChoiceOf<C, T>;

/**
 * What has been asked for. Nothing is sent until it is awaited or put in a group; awaited again it gives the same. It is a `Promise` so that the
 * compiler and lint rules find a forgotten `await`.
 */
export abstract class IoPromise<R> extends Promise<R> {
  readonly [spec]: Spec;
  #started: Promise<R> | undefined;

  constructor(described: Spec) {
    super(() => {}); // it is never settled itself: `then` is what sends the call
    this[spec] = described;
  }

  /** What `then` and `finally` make is an ordinary promise. */
  static override get [Symbol.species]() {
    return Promise;
  }

  // biome-ignore lint/suspicious/noThenProperty: awaiting it is what sends it
  override then<A = R, B = never>(
    onFulfilled?: ((value: R) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#start().then(onFulfilled, onRejected);
  }

  /** @throws {HostMisuseError} always: an answer that was not awaited has no text */
  override toString(): never {
    return notAwaited(this[spec]);
  }

  /** @throws {HostMisuseError} always: an answer that was not awaited has no JSON */
  toJSON(): never {
    return notAwaited(this[spec]);
  }

  /** @throws {HostMisuseError} always: an answer that was not awaited has no value */
  override valueOf(): never {
    return notAwaited(this[spec]);
  }

  /** @throws {HostMisuseError} always: an answer that was not awaited is neither a text nor a number */
  [Symbol.toPrimitive](): never {
    return notAwaited(this[spec]);
  }

  /** What `console.log` shows. */
  [inspect.custom](): string {
    return `[${nameOf(this[spec])}: not awaited]`;
  }

  #start(): Promise<R> {
    this[spec].made?.use();
    this.#started ??= this.#perform();
    return this.#started;
  }

  async #perform(): Promise<R> {
    const described = this[spec];
    const run = described.run ?? current("io").run;
    // The spec was made by the method whose result R is.
    return (await run.perform(described)) as R;
  }
}

function notAwaited(described: Spec): never {
  throw new HostMisuseError(`${nameOf(described)} is a promise and has no value yet: await it first.`);
}

/** An input or select on its way. The order of its methods does not matter. */
export class InputPromise<T, C extends ChoiceInput = never> extends IoPromise<Outcome<T, C>> {
  declare readonly [member]: Members<T, C>;

  /** Lets the operator leave it empty, which gives `undefined`. */
  optional(on: false): InputPromise<T, C>;
  optional(on?: boolean): InputPromise<T | undefined, C>;
  optional(on = true): InputPromise<T | undefined, C> {
    return new InputPromise({ ...this[spec], optional: on });
  }

  /**
   * Adds a check of your own: return a text to refuse the answer with. It gets the value, or `{ choice, returnValue }` where the chain has
   * choices. One that was added before `.optional()` is not asked about a missing value.
   */
  validate(check: Validator<Outcome<T, C>>): InputPromise<T, C> {
    return new InputPromise(withValidator(this[spec], check));
  }

  /** Shows these buttons instead of "Continue". */
  withChoices<const D extends ChoiceInput>(choices: readonly D[]): InputPromise<T, D> {
    return new InputPromise({ ...this[spec], choices });
  }
}

/**
 * An input of one item on its way, which `.multiple()` makes one of several. The order of its methods does not matter: a check that was
 * added before `.multiple()` is asked about every item.
 *
 * @typeParam T the item
 * @typeParam D what a default may be
 * @typeParam O `undefined` once it is optional
 */
export class ItemPromise<T, D = T, O extends undefined = never, C extends ChoiceInput = never> extends IoPromise<
  Outcome<T | O, C>
> {
  declare readonly [member]: Members<T | O, C>;

  /** Takes several items, and gives a list of them. */
  multiple(options: { defaultValue?: readonly NoInfer<D>[] | null } = {}): InputPromise<T[] | O, C> {
    const described = this[spec];
    const validators = described.validators.map((added) => ({ ...added, asksEach: true }));
    return new InputPromise({ ...described, validators, multiple: options });
  }

  /** Lets the operator leave it empty, which gives `undefined`. */
  optional(on: false): ItemPromise<T, D, never, C>;
  optional(on?: boolean): ItemPromise<T, D, undefined, C>;
  optional(on = true): ItemPromise<T, D, undefined, C> {
    return new ItemPromise({ ...this[spec], optional: on });
  }

  /**
   * Adds a check of your own: return a text to refuse the answer with. It gets the value, or `{ choice, returnValue }` where the chain has
   * choices. One that was added before `.optional()` is not asked about a missing value.
   */
  validate(check: Validator<Outcome<T | O, C>>): ItemPromise<T, D, O, C> {
    return new ItemPromise(withValidator(this[spec], check));
  }

  /** Shows these buttons instead of "Continue". */
  withChoices<const N extends ChoiceInput>(choices: readonly N[]): ItemPromise<T, D, O, N> {
    return new ItemPromise({ ...this[spec], choices });
  }
}

/** A display on its way. It resolves at once, or with choices when one is pressed. */
export class DisplayPromise<C extends ChoiceInput = never> extends IoPromise<Outcome<null, C>> {
  declare readonly [member]: Members<null, C>;

  /** Shows these buttons, and waits for one to be pressed. */
  withChoices<const D extends ChoiceInput>(choices: readonly D[]): DisplayPromise<D> {
    return new DisplayPromise({ ...this[spec], choices });
  }
}

/** A group on its way. */
export class GroupPromise<T, C extends ChoiceInput = never> extends IoPromise<Outcome<T, C>> {
  declare readonly [member]: Members<T, C>;

  /** Adds a check of the whole group, which is asked once all members are in order. */
  validate(check: Validator<Outcome<T, C>>): GroupPromise<T, C> {
    return new GroupPromise(withValidator(this[spec], check));
  }

  /** Shows these buttons instead of "Continue". */
  withChoices<const D extends ChoiceInput>(choices: readonly D[]): GroupPromise<T, D> {
    return new GroupPromise({ ...this[spec], choices });
  }
}

/** Something on its way that must be alone on the screen. */
export class ExclusivePromise<T> extends IoPromise<T> {}

function withValidator<T>(described: Spec, check: Validator<T>): Spec {
  const added: AddedValidator = { check, takesUndefined: described.optional };
  return { ...described, validators: [...described.validators, added] };
}
