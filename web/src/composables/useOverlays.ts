import { useEventListener } from "@vueuse/core";
import { type InjectionKey, inject, provide, type ShallowRef, shallowRef, watch } from "vue";
import { keepFocus } from "../lib/focus.ts";

/** What can be laid over any screen. */
export type Overlay = "menu" | "palette" | "shortcuts" | "notifications";

/** The one layer over a screen. */
export interface Overlays {
  /** Which one is open now; setting it opens another one in its place. */
  current: ShallowRef<Overlay | undefined>;
  /** What was typed since the palette was asked for, before it was there to take it. */
  early: ShallowRef<string>;
  /** For the dialog of a layer: the focus goes back to where it was before the first one opened. */
  content: { onCloseAutoFocus(event: Event): void };
}

const overlaysKey: InjectionKey<Overlays> = Symbol("overlays");

/** Gives those below the layer over the screen. */
export function provideOverlays(): Overlays {
  const current = shallowRef<Overlay>();
  let from: HTMLElement | undefined;
  watch(
    current,
    (now, before) => {
      if (now && !before) from = focusedElement();
    },
    { flush: "sync" }, // a menu that is chosen from closes next
  );
  function onCloseAutoFocus(event: Event): void {
    event.preventDefault(); // it would select what is typed in a field
    if (current.value) return;
    // Once the dialog, which holds the focus, is gone.
    setTimeout(() => {
      if (from?.isConnected) from.focus({ preventScroll: true });
      void keepFocus();
    });
  }
  const overlays = { current, early: useEarlyKeys(current), content: { onCloseAutoFocus } };
  provide(overlaysKey, overlays);
  return overlays;
}

/** The layer over the screen. */
export function useOverlays(): Overlays {
  const overlays = inject(overlaysKey);
  if (!overlays) throw new Error("No overlays were provided: call provideOverlays() above.");
  return overlays;
}

/** Who types on right after the keys that open the palette means the palette, not the field that still has the focus. */
function useEarlyKeys(current: ShallowRef<Overlay | undefined>): ShallowRef<string> {
  const early = shallowRef("");
  useEventListener(
    globalThis,
    "keydown",
    (event: KeyboardEvent) => {
      const isThere = document.activeElement?.closest("[role=dialog]");
      const isText = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (current.value !== "palette" || isThere || !isText) return;
      event.preventDefault();
      event.stopPropagation();
      early.value += event.key;
    },
    { capture: true },
  );
  return early;
}

/** What has the focus; in a menu, what has opened it. */
function focusedElement(): HTMLElement | undefined {
  const { activeElement } = document;
  const opener = activeElement?.closest("[role=menu]")?.getAttribute("aria-labelledby");
  const element = opener ? document.getElementById(opener) : activeElement;
  return element instanceof HTMLElement ? element : undefined;
}
