import { types } from "node:util";
import { isRecord } from "./props.ts";

/**
 * Whether something has named properties, as rows do: a plain object, or an instance of a class of the program. Dates, Maps, promises and other
 * objects whose content is not in their properties are no records.
 */
export function isPropertyRecord(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && !contentTypes.some((is) => is(value));
}

const contentTypes: ReadonlyArray<(value: unknown) => boolean> = [
  types.isDate,
  types.isMap,
  types.isSet,
  types.isPromise,
  types.isRegExp,
  types.isBoxedPrimitive,
  types.isWeakMap,
  types.isWeakSet,
  types.isAnyArrayBuffer,
  ArrayBuffer.isView,
];

/** A value without parts that is no moment. */
type Scalar = string | number | boolean | bigint;

export function isScalar(value: unknown): value is Scalar {
  return ["string", "number", "boolean", "bigint"].includes(typeof value);
}

/** Whether an object has a property: its own, or a getter of its class. What all objects inherit, such as `constructor`, does not count. */
export function hasProperty(of: unknown, name: string): of is Record<string, unknown> {
  return isRecord(of) && (Object.hasOwn(of, name) || inheritsGetter(of, name));
}

/** A property of something that may be no object, or may not have it. */
export function property(of: unknown, name: string): unknown {
  return hasProperty(of, name) ? of[name] : undefined;
}

/** Reads a property, or the one that a path such as "customer.name" leads to. A property whose own name has a dot wins. */
export function propertyReader(path: string): (of: unknown) => unknown {
  const names = path.split(".");
  if (names.length === 1) return (of) => property(of, path);
  return (of) => (hasProperty(of, path) ? of[path] : names.reduce(property, of));
}

function inheritsGetter(of: object, name: string): boolean {
  let at: object | null = Object.getPrototypeOf(of);
  while (at !== null) {
    const above: object | null = Object.getPrototypeOf(at);
    if (above === null) return false; // what every object inherits
    const found = Object.getOwnPropertyDescriptor(at, name);
    if (found) return found.get !== undefined;
    at = above;
  }
  return false;
}
