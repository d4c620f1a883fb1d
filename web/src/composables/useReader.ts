import { timestampDate } from "@bufbuild/protobuf/wkt";
import {
  type FieldError,
  formatMoment,
  formatValue,
  isTimeZone,
  type Reader,
  type Value,
  zoneOrUtc,
} from "@interval/proto";
import { useNow } from "@vueuse/core";
import { computed, inject } from "vue";
import { useI18n } from "vue-i18n";
import { faultWords } from "../lib/fault-words.ts";
import {
  formatAgo,
  formatBytes,
  formatCivilDay,
  formatClock,
  formatDay,
  formatExact,
  formatNumber,
  formatSpan,
} from "../lib/format.ts";
import { languageOf } from "../lib/languages.ts";
import { sessionKey } from "./useSession.ts";

/** Formats for the person who is signed in: by their language and time zone, else by the browser's. */
export function useReader() {
  const session = inject(sessionKey, undefined);
  const { t, locale: language } = useI18n();
  const reader = computed<Reader>(() => {
    const user = session?.user.value;
    return { locale: user?.locale || undefined, timeZone: user?.timeZone ? zoneOrUtc(user.timeZone) : undefined };
  });
  const ownZone = computed(() => session?.user.value?.timeZone || Intl.DateTimeFormat().resolvedOptions().timeZone);
  /** For words within a sentence, which are in its language: a browser may have one that there are no texts in. */
  const words = computed<Reader>(() => {
    const locale = reader.value.locale ?? globalThis.navigator.language;
    return { ...reader.value, locale: languageOf(locale) === language.value ? locale : language.value };
  });
  return {
    reader,
    /** The IANA zone in which the reader lives; UTC where it is not known. */
    timeZone: computed(() => zoneOrUtc(ownZone.value)),
    isZoneKnown: computed(() => isTimeZone(ownZone.value)),
    number: (number: number | bigint) => formatNumber(number, reader.value),
    bytes: (count: number) => formatBytes(count, reader.value),
    /** What is wrong with an answer, in the reader's language. */
    fault: (error: FieldError) => faultWords(error, language.value, reader.value, t),
    moment: (date: Date) => formatMoment(date, reader.value),
    clock: (date: Date) => formatClock(date, reader.value),
    day: (date: Date) => formatDay(date, words.value),
    /** A day without a time zone; empty for none. */
    civilDay: (day: Parameters<typeof formatCivilDay>[0] | undefined) => (day ? formatCivilDay(day, reader.value) : ""),
    exact: (date: Date) => formatExact(date, reader.value),
    /** What a moment is to the millisecond and in which zone, for those who point at it; nothing of other values. */
    hover: (value: Value | undefined) =>
      value?.kind.case === "timestampValue" ? formatExact(timestampDate(value.kind.value), reader.value) : undefined,
    ago: (date: Date, now: Date) => formatAgo(date, now.getTime(), words.value),
    span: (ms: number) => formatSpan(ms, words.value),
    value: (value: Parameters<typeof formatValue>[0]) => formatValue(value, reader.value),
  };
}

/** The present moment, once every so many milliseconds. */
export function useClock(interval = 15_000) {
  return useNow({ interval });
}
