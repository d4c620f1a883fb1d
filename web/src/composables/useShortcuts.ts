import { useEventListener, useLocalStorage } from "@vueuse/core";
import { KeyReader, type ShellShortcut } from "../lib/shortcuts.ts";
import { takesKeys } from "../lib/typing.ts";

/** The second key of two has so long to come, in milliseconds. */
const pauseMs = 1_500;

/** Whether single keys are shortcuts: who speaks to the machine, or presses keys by accident, shuts them off. */
export function useSingleKeys() {
  return useLocalStorage("interval:single-keys", true);
}

/** Listens for the shortcuts of every screen, for as long as the calling scope lives. */
export function useShortcuts(does: Readonly<Record<ShellShortcut, () => void>>): void {
  const singleKeys = useSingleKeys();
  const reader = new KeyReader();
  let lastAt = 0;

  function shortcutOf(event: KeyboardEvent): ShellShortcut | undefined {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      return "palette"; // from a field too: it returns there
    }
    if (event.timeStamp - lastAt > pauseMs) reader.reset();
    lastAt = event.timeStamp;
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing && !event.repeat;
    if (event.key === "Shift") return undefined;
    if (!singleKeys.value || !isPlain || takesKeys(event.target)) {
      reader.reset();
      return undefined;
    }
    return reader.press(event.key);
  }

  useEventListener(globalThis, "keydown", (event: KeyboardEvent) => {
    if (event.defaultPrevented) return;
    const shortcut = shortcutOf(event);
    if (!shortcut) return;
    event.preventDefault();
    does[shortcut]();
  });
}
