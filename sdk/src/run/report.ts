import type { Serve } from "../io/method.ts";
import { fieldOf, isError } from "../thrown.ts";

/**
 * Where a program threw: in an action's handler, in a validator, in what gives what is shown (`getData`, `onSearch`, a value that came later), or
 * in a promise that nobody awaited.
 */
export type ErrorOrigin = "handler" | "validator" | "data" | "unawaited";

/** Something that a program threw, as its developer is told. */
export interface Thrown {
  error: unknown;
  origin: ErrorOrigin;
  /** What threw beside the handler, within a sentence, such as `a validator of "Name"`. */
  what?: string;
}

/** Tells the developer of something that a program threw. It never throws. */
export type TellThrown = (thrown: Thrown) => void;

/** How far causes are looked at. */
const maxCauses = 10;

/** Whether an error says only that its run was interrupted, as what waits for `ctx.signal` does. */
export function isInterruption(error: unknown, { aborted, reason }: AbortSignal): boolean {
  if (!aborted) return false;
  let at = error;
  for (let depth = 0; depth < maxCauses; depth++) {
    if (at === reason) return true;
    if (!isError(at)) return false;
    if (fieldOf(at, "name") === "AbortError") return true;
    at = fieldOf(at, "cause");
  }
  return false;
}

/** Where a component is served. */
interface Serving {
  /** Performs something where the program asked, so that it finds `io` and `ctx`. */
  within: <T>(perform: () => T) => T;
  tell: (error: unknown) => void;
  /** Passes on what the developer should know of what was served. */
  warn: () => void;
}

/** Serves where the program asked; what it throws is told too, unless nobody waits for it any more. */
export function watched(serve: Serve, { within, tell, warn }: Serving): Serve {
  return async (fetch, signal) => {
    try {
      return await within(() => serve(fetch, signal));
    } catch (error) {
      if (!signal.aborted) tell(error);
      throw error;
    } finally {
      warn();
    }
  };
}
