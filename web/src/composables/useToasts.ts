import { shallowRef } from "vue";

/** A word about something that has happened elsewhere. What has to be acted upon is told on its own screen too. */
export interface Toast {
  id: number;
  tone: "success" | "info" | "error";
  text: string;
  /** Where more is to be seen. */
  link?: { to: string; label: string };
  /** What can be done about it: it stays until that is pressed, or it is dismissed. */
  remedy?: { label: string; press: () => void };
}

/** So many are on screen at once. */
const most = 3;

const toasts = shallowRef<readonly Toast[]>([]);
let last = 0;

/** The toasts of this tab. */
export function useToasts() {
  return {
    toasts,
    /** Shows one for a while. The same text again takes the place of the one before. */
    toast(text: string, { tone = "success", ...more }: Partial<Pick<Toast, "tone" | "link" | "remedy">> = {}): void {
      const others = toasts.value.filter((known) => known.text !== text);
      toasts.value = [...others, { id: ++last, tone, text, ...more }].slice(-most);
    },
    dismiss(id: number): void {
      toasts.value = toasts.value.filter((known) => known.id !== id);
    },
  };
}
