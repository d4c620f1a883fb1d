import { type FieldError, FieldErrorCode } from "../../ts/interval/io/v1/field_error_pb.ts";
import { ColorScheme, type UpdateProfileRequest } from "../../ts/interval/operator/v1/session_service_pb.ts";
import { limits } from "../limits.ts";
import { isTimeZone } from "../time/zones.ts";
import { count, fieldError, hasNul } from "./faults.ts";

/** The languages that the dashboard has texts in, as BCP 47 tags. */
export const languages = ["en", "de"] as const;

/** Says what is wrong with a change of a profile; the path of each error names its field. Used by server and dashboard alike. */
export function checkProfile(change: Partial<Omit<UpdateProfileRequest, "$typeName">>): FieldError[] {
  const { firstName = "", lastName = "", timeZone = "", locale = "", colorScheme } = change;
  return [
    ...nameFaults("first_name", firstName),
    ...nameFaults("last_name", lastName),
    ...(timeZone === "" || isTimeZone(timeZone)
      ? []
      : [fault("time_zone", FieldErrorCode.UNKNOWN_OPTION, `"${timeZone.slice(0, 40)}" is not an IANA time zone.`)]),
    ...localeFaults(locale),
    ...(colorScheme === undefined || ColorScheme[colorScheme] !== undefined
      ? []
      : [fault("color_scheme", FieldErrorCode.UNKNOWN_OPTION, "This look is not known.")]),
  ];
}

function nameFaults(path: string, name: string): FieldError[] {
  const max = limits.nameLength;
  const actual = name.trim().length;
  if (actual > max) {
    return [fault(path, FieldErrorCode.TOO_LONG, `Enter at most ${count(max, "character")}.`, { max, actual })];
  }
  return hasNul(name) ? [fault(path, FieldErrorCode.INVALID_TEXT, "Remove the character U+0000.")] : [];
}

function localeFaults(locale: string): FieldError[] {
  if (locale === "") return [];
  const language = languageOf(locale);
  if (language === undefined) {
    const text = `"${locale.slice(0, 40)}" is not a BCP 47 language tag.`;
    return [fault("locale", FieldErrorCode.UNKNOWN_OPTION, text)];
  }
  if (languages.some((known) => known === language)) return [];
  const text = `There are no texts in this language. Choose one of: ${languages.join(", ")}.`;
  return [fault("locale", FieldErrorCode.UNKNOWN_OPTION, text)];
}

function languageOf(locale: string): string | undefined {
  try {
    return new Intl.Locale(locale).language;
  } catch {
    return undefined;
  }
}

function fault(path: string, code: FieldErrorCode, text: string, params?: Record<string, unknown>): FieldError {
  return fieldError("", { path, code, text, params });
}
