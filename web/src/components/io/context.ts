import type { IoFetch, IoPage } from "@interval/proto";
import { type InjectionKey, inject } from "vue";
import type { Place, Target } from "../../lib/links.ts";

/** What components ask of the screen that they are on. */
export interface IoContext {
  /** Where links between routes start from. */
  place: Place;
  /** Asks the host of a call's component for a page. */
  fetch(callKey: string, componentKey: string, fetch: IoFetch, signal: AbortSignal): Promise<IoPage>;
  /** Whether what a run shows may still be asked for more; without it, it may. */
  isLive?(): boolean;
  /** Goes where a link leads: starts an action, or opens a page. */
  follow(target: Extract<Target, { kind: "route" }>): void;
}

export const ioContextKey: InjectionKey<IoContext> = Symbol("io context");
export const callKeyKey: InjectionKey<() => string> = Symbol("call key");

export function useIoContext(): IoContext {
  const context = inject(ioContextKey);
  if (!context) throw new Error("I/O components live on a screen that provides ioContextKey.");
  return context;
}
