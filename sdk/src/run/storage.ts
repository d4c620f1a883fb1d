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

/** What runs functions as if they were called here: with this handler's `io` and `ctx`. */
export function inContext(): <T>(perform: () => T) => T {
  return AsyncLocalStorage.snapshot();
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
