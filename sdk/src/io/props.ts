import { type LeftOut, leftOutText, limits, toValue, type Value } from "@interval/proto";
import { type Assets, Uploads } from "../assets/assets.ts";
import { HostMisuseError } from "../errors.ts";

/** What every input accepts. */
export interface CommonProps {
  /** A hint below the label, as inline markdown. */
  helpText?: string;
  /** Whether it is shown but cannot be changed. */
  disabled?: boolean;
  /** Identifies the component; needed where calls with an equal label run at the same time. */
  key?: string;
}

/** What every display accepts. */
export type DisplayProps = Pick<CommonProps, "key">;

/**
 * Reads the props that a program gave to a method, and says clearly what is wrong with them. `null` counts as not given.
 */
export class PropReader {
  /** The method's full name, such as "io.input.text". */
  readonly method: string;
  /** Faults that the developer should know of, but that do not stop the call. */
  readonly warnings: string[] = [];
  /** Where the component's bytes are kept. */
  readonly assets: Assets;
  /** What must be stored before the component is sent. */
  readonly uploads: Uploads;
  /** Whether the component takes several values. */
  readonly multiple: boolean;
  readonly #props: Readonly<Record<string, unknown>>;
  /** What the developer has been warned of. */
  readonly #warned = new Set<string>();

  /**
   * @param multiple what was said where several values are asked for; it wins over the props
   * @throws {HostMisuseError} unless the props are an object
   */
  constructor(method: string, props: unknown, assets: Assets, multiple?: { defaultValue?: readonly unknown[] | null }) {
    this.method = method;
    this.multiple = multiple !== undefined;
    this.assets = assets;
    this.uploads = new Uploads(assets);
    if (props !== undefined && props !== null && !isRecord(props)) {
      throw new HostMisuseError(`${method}: the second argument must be an object of props, but it is ${show(props)}.`);
    }
    const given = isRecord(props) ? props : {};
    this.#props = multiple?.defaultValue ? { ...given, defaultValue: multiple.defaultValue } : given;
  }

  /** A prop as it was given. */
  raw(name: string): unknown {
    return this.#props[name] ?? undefined;
  }

  /** @throws {HostMisuseError} unless the prop is a text or not given */
  string(name: string): string | undefined {
    return this.#optional<string>(name, "a string", (value) => typeof value === "string")?.toWellFormed();
  }

  boolean(name: string): boolean | undefined {
    return this.#optional(name, "true or false", (value) => typeof value === "boolean");
  }

  number(name: string): number | undefined {
    return this.#optional(name, "a finite number", (value) => Number.isFinite(value));
  }

  /** A whole number within bounds, both inclusive. */
  integer(name: string, min: number, max = limits.maxInt32): number | undefined {
    const fits = (value: unknown) =>
      typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
    return this.#optional(name, `a whole number from ${min} to ${max}`, fits);
  }

  oneOf<const T extends string | number>(name: string, allowed: readonly T[]): T | undefined {
    const shown = allowed.map((value) => JSON.stringify(value)).join(", ");
    return this.#optional(name, `one of ${shown}`, (value) => allowed.some((each) => each === value));
  }

  list(name: string): readonly unknown[] | undefined {
    return this.#optional(name, "an array", Array.isArray);
  }

  function<F extends (...args: never[]) => unknown>(name: string): F | undefined {
    return this.#optional(name, "a function", (value) => typeof value === "function");
  }

  /** Two numeric props of which the first must not be the greater. */
  ordered(least: string, most: string): void {
    const [min, max] = [this.raw(least), this.raw(most)];
    if (typeof min === "number" && typeof max === "number" && min > max) {
      throw new HostMisuseError(`${this.method}: "${least}" (${min}) must not be greater than "${most}" (${max}).`);
    }
  }

  /**
   * Packs a value that is shown. The developer is warned of what cannot be packed: once of the same, since a table has many rows.
   * @param name the prop that holds it, or another name of its place
   */
  pack(value: unknown, name: string): Value {
    const leftOut: LeftOut[] = [];
    const packed = toValue(value, leftOut);
    for (const each of leftOut) {
      const place = each.path ? `${name}/${each.path}` : name;
      this.warn(`${this.method}: "${place}" ${leftOutText(each)}`);
    }
    return packed;
  }

  /** Warns the developer, once of the same, and not of ever more. */
  warn(text: string): void {
    if (this.#warned.has(text) || this.#warned.size >= limits.componentWarnings) return;
    this.#warned.add(text);
    this.warnings.push(text);
  }

  /** The error for a prop of the wrong shape. */
  wrong(name: string, expected: string, value: unknown = this.raw(name)): HostMisuseError {
    return new HostMisuseError(`${this.method}: "${name}" must be ${expected}, but it is ${show(value)}.`);
  }

  #optional<T>(name: string, expected: string, fits: (value: unknown) => boolean): T | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (!fits(value)) throw this.wrong(name, expected);
    // The check has just said that it is one.
    return value as T;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as errors show it: short, with its type where that is not plain. */
export function show(value: unknown): string {
  switch (typeof value) {
    case "string":
      return `${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value)} (a string)`;
    case "number":
    case "boolean":
    case "undefined":
      return String(value);
    case "bigint":
      return `${value}n`;
    case "function":
      return "a function";
    case "symbol":
      return "a symbol";
    case "object":
      if (value === null) return "null";
      if ("then" in value && typeof value.then === "function") return "a promise that was not awaited";
      return Array.isArray(value) ? "an array" : `an object (${className(value)})`;
  }
}

/** An object may have a property of its own that is called "constructor". */
function className(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  return isRecord(prototype) && typeof prototype.constructor === "function"
    ? prototype.constructor.name
    : "without a class";
}
