import { AsyncLocalStorage } from "node:async_hooks";
import { HostMisuseError } from "../errors.ts";
import { createIo, type Io } from "../io/io.ts";
import type { Performer } from "../io/spec.ts";
import type { ActionCtx } from "./context.ts";

/** What code within a handler belongs to. */
export interface Ambient {
  run: Performer;
  ctx: ActionCtx;
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

/** @throws {HostMisuseError} outside of a handler */
export function currentRun(): Performer {
  return current("io").run;
}

function current(what: string): Ambient {
  const ambient = storage().getStore();
  if (ambient) return ambient;
  throw new HostMisuseError(
    `"${what}" works inside an action's handler alone, and in what the handler calls. Outside of it there is no run.`,
  );
}

/** The I/O methods of the run in whose handler they are called. */
export const io: Io = createIo();

/** What the handler in which it is read knows of its run. */
export const ctx: ActionCtx = new Proxy({} as ActionCtx, {
  get: (_, name) => Reflect.get(current("ctx").ctx, name),
  has: (_, name) => Reflect.has(current("ctx").ctx, name),
  ownKeys: () => Reflect.ownKeys(current("ctx").ctx),
  getOwnPropertyDescriptor: (_, name) => {
    const found = Reflect.getOwnPropertyDescriptor(current("ctx").ctx, name);
    // A proxy may only show what its target could have.
    return found && { ...found, configurable: true };
  },
});
