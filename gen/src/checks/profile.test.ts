import { expect, it } from "vitest";
import { checkProfile } from "./profile.ts";

const faultsOf = (change: Parameters<typeof checkProfile>[0]) =>
  checkProfile(change).map(({ path, text }) => `${path}: ${text}`);

it.each([
  ["nothing", {}],
  ["names", { firstName: "Ada", lastName: "King-Noël von Lovelace" }],
  ["no names", { firstName: "", lastName: "" }],
  ["a zone", { timeZone: "Europe/Berlin" }],
  ["the browser's zone and language", { timeZone: "", locale: "" }],
  ["a language", { locale: "de" }],
  ["a language of a region", { locale: "de-AT" }],
  ["a language with the formats of elsewhere", { locale: "en-DE" }],
])("%s is a profile", (_what, change) => expect(faultsOf(change)).toEqual([]));

it.each([
  ["a long name", { firstName: "a".repeat(101) }, "first_name: Enter at most 100 characters."],
  ["a name that ends in its middle", { lastName: "King\0Lovelace" }, "last_name: Remove the character U+0000."],
  ["no zone", { timeZone: "Mars/Olympus" }, 'time_zone: "Mars/Olympus" is not an IANA time zone.'],
  ["an offset", { timeZone: "+02:00" }, 'time_zone: "+02:00" is not an IANA time zone.'],
  ["no tag", { locale: "no language" }, 'locale: "no language" is not a BCP 47 language tag.'],
  ["no texts", { locale: "fr-FR" }, "locale: There are no texts in this language. Choose one of: en, de."],
  ["no look", { colorScheme: 7 }, "color_scheme: This look is not known."],
])("%s is refused", (_what, change, fault) => expect(faultsOf(change)).toEqual([fault]));
