import { nextTick } from "vue";

/** Puts the focus on the screen's content where what had it is gone: it is never lost to the keyboard. */
export async function keepFocus(): Promise<void> {
  await nextTick();
  const { activeElement } = document;
  if (activeElement && activeElement !== document.body) return;
  document.getElementById("main")?.focus({ preventScroll: true });
}
