import { createIo, type Io } from "../io/io.ts";
import type { ActionCtx } from "./context.ts";
import { ambient, current } from "./storage.ts";

/** The I/O methods of the run in whose handler they are called. */
export const io: Io = createIo(() => ambient()?.run);

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
