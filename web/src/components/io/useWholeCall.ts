import { type IoCall, type IoComponent, withStored } from "@interval/proto";
import { until } from "@vueuse/core";
import { computed } from "vue";
import { useStored } from "../../composables/useStored.ts";

/**
 * A call as if all of it had come inline: what is stored of its components is loaded. Until then a component stays as it came, with its
 * field `stored`, or as it was before it was sent anew.
 */
export function useWholeCall(call: () => IoCall) {
  const ids = computed(() => call().components.flatMap(({ stored }) => stored ?? []));
  const { loads, retry } = useStored(() => ids.value);
  const wholes = new WeakMap<IoComponent, IoComponent | string>();
  const shown = new Map<string, IoComponent>();
  const find = (key: string) => call().components.find((component) => component.key === key);

  /** A component with what is stored of it; undefined while that is not there; a text where it cannot be read. */
  function wholeOf(component: IoComponent): IoComponent | string | undefined {
    const { stored } = component;
    if (stored === undefined) return component;
    const known = wholes.get(component);
    const bytes = loads.value.get(stored)?.bytes;
    if (known !== undefined || bytes === undefined) return known;
    const whole = read(component, bytes);
    wholes.set(component, whole);
    return whole;
  }

  let made: { from: IoCall; whole: IoCall } | undefined;

  const whole = computed<IoCall>(() => {
    const from = call();
    const components = from.components.map((component) => {
      const whole = wholeOf(component);
      if (typeof whole !== "object") return shown.get(component.key) ?? component;
      shown.set(component.key, whole);
      return whole;
    });
    // A call that is as it was stays the same object: who watches it hears of nothing.
    if (isSame(components, from.components)) return from;
    if (made?.from !== from || !isSame(components, made.whole.components))
      made = { from, whole: { ...from, components } };
    return made.whole;
  });

  function failureOf(key: string): string | undefined {
    const component = find(key);
    const whole = component && wholeOf(component);
    return typeof whole === "string" ? whole : loads.value.get(component?.stored ?? "")?.failure;
  }

  const busy = computed(() =>
    whole.value.components.some(({ key, stored }) => stored !== undefined && failureOf(key) === undefined),
  );

  return {
    call: whole,
    /** Whether something that is not shown at all is on its way. */
    busy,
    /** Resolves once nothing of that kind is on its way. */
    settled: () => until(busy).toBe(false),
    /** Why the rest of a component, or what it has become, is not there. */
    failureOf,
    /** Loads again what could not be loaded of a component. */
    retry(key: string): void {
      const component = find(key);
      if (component?.stored === undefined) return;
      wholes.delete(component);
      retry(component.stored);
    },
  };
}

function isSame(a: readonly IoComponent[], b: readonly IoComponent[]): boolean {
  return a.length === b.length && a.every((component, i) => component === b[i]);
}

function read(component: IoComponent, bytes: Uint8Array): IoComponent | string {
  try {
    return withStored(component, bytes);
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}
