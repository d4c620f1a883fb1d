import { AsyncLocalStorage } from "node:async_hooks";
import { HostMisuseError } from "../errors.ts";
import type { Performer } from "../io/spec.ts";
import type { PageCtx } from "../pages/page-context.ts";
import type { ActionCtx } from "./context.ts";

/** What code within a handler belongs to. */
export interface Ambient {
  run: Performer;
  ctx: ActionCtx | PageCtx;
  /** Told of an error in a promise that nobody awaited. */
  unawaited?: (error: unknown) => void;
  /** Whether it is asked beside the handler, as validators are: nothing of it is executed again. */
  isAside?: boolean;
}

const slot = Symbol.for("interval.run");

/** The one storage of the process, shared by all copies of the SDK in it. */
function storage(): AsyncLocalStorage<Ambient> {
  const known: unknown = Reflect.get(globalThis, slot);
  if (known instanceof AsyncLocalStorage) return known;
  const made = new AsyncLocalStorage<Ambient>();
  Reflect.set(globalThis, slot, made);
  return made;
}

/** Runs a handler so that `io` and `ctx` work in everything that it calls. */
export function withAmbient<T>(ambient: Ambient, handler: () => T): T {
  return storage().run(ambient, handler);
}

/** What runs functions beside the handler as if they were called here: with this handler's `io` and `ctx`. */
export function aside(): <T>(perform: () => T) => T {
  const within = AsyncLocalStorage.snapshot();
  return (perform) =>
    within(() => {
      const own = ambient();
      return own ? withAmbient({ ...own, isAside: true }, perform) : perform();
    });
}

/** Whether the code that calls this runs beside its handler. */
export function isAside(): boolean {
  return ambient()?.isAside === true;
}

/** What the code that calls this belongs to; undefined outside of a handler. */
export function ambient(): Ambient | undefined {
  return storage().getStore();
}

/** @throws {HostMisuseError} outside of a handler */
export function current(what: string): Ambient {
  const ambient = storage().getStore();
  if (ambient) return ambient;
  throw new HostMisuseError(
    `"${what}" works inside the handler of an action or page alone, and in what the handler calls.`,
  );
}
