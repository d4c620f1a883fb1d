import { useEventListener } from "@vueuse/core";
import { onScopeDispose, shallowRef } from "vue";
import { onBeforeRouteLeave, onBeforeRouteUpdate, type RouteLocation } from "vue-router";

/** What leaving a run means for it. */
export interface Leaving {
  /** Whether the person is asked first: something would be lost. */
  warns(): boolean;
  /** Called once the person goes elsewhere in the dashboard. */
  left(): void;
}

/** The screen whose leaving has a consequence. */
let guarded: { ask(): Promise<boolean>; stay(): void } | undefined;

/** Asks, where that is needed, before something begins that leads away from this screen. Who agreed is not asked again when they leave. */
export async function mayLeave(): Promise<boolean> {
  return (await guarded?.ask()) ?? true;
}

/** What was agreed to leave for has not begun: leaving asks again. */
export function stayAfterAll(): void {
  guarded?.stay();
}

/** Asks before a run is left, in the dashboard by a dialog, elsewhere by the browser. */
export function useLeave({ warns, left }: Leaving) {
  const asking = shallowRef(false);
  let decide: ((leave: boolean) => void) | undefined;
  let agreed = false;

  async function ask(): Promise<boolean> {
    if (agreed || !warns()) return true;
    asking.value = true;
    agreed = await new Promise<boolean>((resolve) => {
      decide = resolve;
    });
    return agreed;
  }
  function stay(): void {
    agreed = false;
  }
  async function guard(): Promise<boolean> {
    const leave = await ask();
    stay();
    if (leave) left();
    return leave;
  }
  onBeforeRouteLeave(guard);
  onBeforeRouteUpdate((to, from) => (isSameRun(to, from) ? true : guard()));

  const mine = { ask, stay };
  guarded = mine;
  onScopeDispose(() => {
    if (guarded === mine) guarded = undefined;
  });

  useEventListener(globalThis, "beforeunload", (event: BeforeUnloadEvent) => {
    if (warns()) event.preventDefault();
  });

  return { asking, decide: (leave: boolean) => decide?.(leave) };
}

/** A run has a screen and a transcript: going from one to the other is no leaving. */
function isSameRun({ params: to }: RouteLocation, { params: from }: RouteLocation): boolean {
  return ["organization", "environment", "run"].every((name) => to[name] === from[name]);
}
