import { isInstance, markBrands } from "./brand.ts";

/** The base of every error that the SDK throws. One subclass per cause that a caller can act on. */
export class IntervalError extends Error {
  static readonly brand: string = "IntervalError";
  override name = "IntervalError";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    markBrands(this, new.target);
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: the class that instanceof names, which may be a subclass
    return isInstance(this, value);
  }
}

/** Somebody canceled the run. Pending calls reject with it, and `ctx.signal` aborts with it. */
export class CanceledError extends IntervalError {
  static override readonly brand = "CanceledError";
  override name = "CanceledError";
}

/** The run is over, for the server or because the handler has returned: nothing more can be asked or shown. */
export class RunClosedError extends IntervalError {
  static override readonly brand = "RunClosedError";
  override name = "RunClosedError";
}

/** The server said something that the SDK cannot read. */
export class BadResponseError extends IntervalError {
  static override readonly brand = "BadResponseError";
  override name = "BadResponseError";
}

/** A durable run has recorded something else than its program asks now. The message shows both sides. It ends the run. */
export class DivergenceError extends IntervalError {
  static override readonly brand = "DivergenceError";
  override name = "DivergenceError";
}

/** The program used the SDK in a way that cannot work. The message names the method, the prop, and what was expected. */
export class HostMisuseError extends IntervalError {
  static override readonly brand = "HostMisuseError";
  override name = "HostMisuseError";
}

/** The server cannot be reached, or refuses this host. `cause` holds what the transport said. */
export class ConnectionError extends IntervalError {
  static override readonly brand = "ConnectionError";
  override name = "ConnectionError";
}

/** Something took longer than it may. */
export class TimeoutError extends IntervalError {
  static override readonly brand = "TimeoutError";
  override name = "TimeoutError";
}
