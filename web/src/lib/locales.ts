import type { Option } from "../components/ui/OptionList.vue";

/** What a person has set of a tag such as "de-AT". */
export function localeParts(locale: string): { language?: string; region?: string } {
  if (!locale) return {};
  const { language, region } = new Intl.Locale(locale);
  return { language, region };
}

/** The tag of a language and a region, whose way to write numbers and dates is used; empty without a language. */
export function toLocale(language: string | undefined, region: string | undefined): string {
  if (!language) return "";
  return region ? `${language}-${region}` : language;
}

/** A language as people who read the other call it. */
export function languageName(tag: string, reader: string): string {
  return new Intl.DisplayNames(reader, { type: "language" }).of(tag) ?? tag;
}

const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
/** Groups of countries, pseudo-regions, and "unknown". */
const noCountries = new Set(["EU", "EZ", "UN", "XA", "XB", "ZZ"]);

/** All regions, as the reader of a language calls and orders them. */
export function regions(language: string): Option[] {
  const names = new Intl.DisplayNames(language, { type: "region", fallback: "none" });
  const options = letters.flatMap((first) =>
    letters.flatMap((second) => {
      const key = first + second;
      const label = noCountries.has(key) || isOld(key) ? undefined : names.of(key);
      return label ? { key, label } : [];
    }),
  );
  return sorted(options, language);
}

/** Codes that were given up, such as "DD", lead to those in use. */
function isOld(region: string): boolean {
  return new Intl.Locale(`und-${region}`).region !== region;
}

/** All time zones, with what they differ from UTC by now. */
export function timeZones(language: string, now = new Date()): Option[] {
  const keys = new Set(["UTC", ...Intl.supportedValuesOf("timeZone")]);
  const options = [...keys].map((key) => ({
    key,
    label: key.replaceAll("_", " "),
    description: offsetOf(key, language, now),
  }));
  return sorted(options, language);
}

function offsetOf(timeZone: string, language: string, now: Date): string | undefined {
  const parts = new Intl.DateTimeFormat(language, { timeZone, timeZoneName: "longOffset" }).formatToParts(now);
  return parts.find(({ type }) => type === "timeZoneName")?.value;
}

function sorted<T extends { label: string }>(options: T[], language: string): T[] {
  const { compare } = new Intl.Collator(language);
  return options.sort((a, b) => compare(a.label, b.label));
}
