import { formatMoment, formatValue, type Reader } from "@interval/proto";
import { useNow } from "@vueuse/core";
import { computed, inject } from "vue";
import { formatAgo, formatCivilDay, formatClock, formatDay, formatExact, formatSpan } from "../lib/format.ts";
import { sessionKey } from "./useSession.ts";

/** Formats for the person who is signed in: by their language and time zone, else by the browser's. */
export function useReader() {
  const session = inject(sessionKey, undefined);
  const reader = computed<Reader>(() => {
    const user = session?.user.value;
    return { locale: user?.locale || undefined, timeZone: user?.timeZone || undefined };
  });
  return {
    reader,
    /** The IANA zone in which the reader lives. */
    timeZone: computed(() => reader.value.timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone),
    moment: (date: Date) => formatMoment(date, reader.value),
    clock: (date: Date) => formatClock(date, reader.value),
    day: (date: Date) => formatDay(date, reader.value),
    /** A day without a time zone; empty for none. */
    civilDay: (day: Parameters<typeof formatCivilDay>[0] | undefined) => (day ? formatCivilDay(day, reader.value) : ""),
    exact: (date: Date) => formatExact(date, reader.value),
    ago: (date: Date, now: Date) => formatAgo(date, now.getTime(), reader.value),
    span: (ms: number) => formatSpan(ms, reader.value),
    value: (value: Parameters<typeof formatValue>[0]) => formatValue(value, reader.value),
  };
}

/** The present moment, once every so many milliseconds. */
export function useClock(interval = 15_000) {
  return useNow({ interval });
}
