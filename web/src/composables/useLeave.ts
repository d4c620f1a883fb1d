import { useEventListener } from "@vueuse/core";
import { shallowRef } from "vue";
import { onBeforeRouteLeave, onBeforeRouteUpdate, type RouteLocation } from "vue-router";

/** What leaving a run means for it. */
export interface Leaving {
  /** Whether the person is asked first: something would be lost. */
  warns(): boolean;
  /** Called once the person goes elsewhere in the dashboard. */
  left(): void;
}

/** Asks before a run is left, in the dashboard by a dialog, elsewhere by the browser. */
export function useLeave({ warns, left }: Leaving) {
  const asking = shallowRef(false);
  let decide: ((leave: boolean) => void) | undefined;

  async function guard(): Promise<boolean> {
    if (warns()) {
      asking.value = true;
      const leave = await new Promise<boolean>((resolve) => {
        decide = resolve;
      });
      if (!leave) return false;
    }
    left();
    return true;
  }
  onBeforeRouteLeave(guard);
  onBeforeRouteUpdate((to, from) => (isSameRun(to, from) ? true : guard()));

  useEventListener(globalThis, "beforeunload", (event: BeforeUnloadEvent) => {
    if (warns()) event.preventDefault();
  });

  return { asking, decide: (leave: boolean) => decide?.(leave) };
}

/** A run has a screen and a transcript: going from one to the other is no leaving. */
function isSameRun({ params: to }: RouteLocation, { params: from }: RouteLocation): boolean {
  return ["organization", "environment", "run"].every((name) => to[name] === from[name]);
}
