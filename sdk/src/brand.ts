const brands = Symbol.for("interval.brands");

/** A class that is recognised across copies of the SDK by a name, not by its prototype. */
interface Branded {
  readonly brand?: string;
}

/**
 * Whether a value is an instance of a branded class, of this copy of the SDK or of another one in the same process (the ESM and the
 * CommonJS build). A class that has no brand of its own, such as a user's subclass, is compared by prototype.
 */
export function isInstance(type: Branded & object, value: unknown): boolean {
  if (!Object.hasOwn(type, "brand")) return Function.prototype[Symbol.hasInstance].call(type, value);
  if (typeof value !== "object" || value === null || type.brand === undefined) return false;
  const own: unknown = Reflect.get(value, brands);
  return Array.isArray(own) && own.includes(type.brand);
}

/** Marks an instance with the brands of its class and of the classes above it. */
export function markBrands(instance: object, type: Branded): void {
  const names: string[] = [];
  for (let at: unknown = type; typeof at === "function"; at = Object.getPrototypeOf(at)) {
    const brand: unknown = Object.hasOwn(at, "brand") ? Reflect.get(at, "brand") : undefined;
    if (typeof brand === "string") names.push(brand);
  }
  Object.defineProperty(instance, brands, { value: names });
}
