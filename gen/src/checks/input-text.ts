import { FieldErrorCode } from "../../ts/interval/io/v1/field_error_pb.ts";
import { count, type Fault, hasNul, missing } from "./faults.ts";
import type { Check } from "./registry.ts";

/** Texts: lengths count characters as people see them in a row of code points, not bytes. */
export const checkInputText: Check<"inputText"> = ({ minLength, maxLength }, { text }, { optional }) => {
  if (text === "" && !optional) return [missing];
  const actual = Array.from(text).length;
  const faults: Fault[] = !optional && text.trim() === "" ? [missing] : [];
  if (hasNul(text)) faults.push(invalidText);
  if (minLength !== undefined && actual < minLength) {
    const params = { min: minLength, actual };
    faults.push({ code: FieldErrorCode.TOO_SHORT, text: `Enter at least ${count(minLength, "character")}.`, params });
  }
  if (maxLength !== undefined && actual > maxLength) {
    const params = { max: maxLength, actual };
    faults.push({ code: FieldErrorCode.TOO_LONG, text: `Enter at most ${count(maxLength, "character")}.`, params });
  }
  return faults;
};

const invalidText: Fault = {
  code: FieldErrorCode.INVALID_TEXT,
  text: "Type the text anew: it holds a character that no text has (U+0000).",
};

/** Neither white space nor what cannot be seen, such as marks that turn the direction of a text. */
const address = /^[^\s\p{C}@<>()[\]\\,;:"]+@[^\s\p{C}@<>()[\]\\,;:"]+\.[^\s\p{C}@<>()[\]\\,;:".]{2,}$/u;

/** E-mail addresses: one, with a domain, and nothing around it. */
export const checkInputEmail: Check<"inputEmail"> = (_props, { email }, { optional }) => {
  if (email.trim() === "" && !optional) return [missing];
  const fits = email.length <= 254 && address.test(email) && !email.includes("..") && !/(^|@)\.|\.@/.test(email);
  return fits
    ? []
    : [{ code: FieldErrorCode.INVALID_EMAIL, text: "Enter an e-mail address, such as ada@example.com." }];
};

/** Addresses: absolute, with one of the allowed schemes as a parser reads it. */
export const checkInputUrl: Check<"inputUrl"> = ({ allowedProtocols }, { url }, { optional }) => {
  if (url.trim() === "" && !optional) return [missing];
  const parsed = parse(url);
  if (!parsed) {
    return [{ code: FieldErrorCode.INVALID_URL, text: "Enter a full address, such as https://example.com." }];
  }
  const allowed = (allowedProtocols.length > 0 ? allowedProtocols : ["http", "https"]).map((name) =>
    (name.split(":", 1)[0] ?? "").toLowerCase(),
  );
  const protocol = parsed.protocol.slice(0, -1);
  if (allowed.includes(protocol)) return [];
  const text = `Enter an address that begins with ${allowed.map((name) => `${name}:`).join(" or ")}.`;
  return [{ code: FieldErrorCode.PROTOCOL_NOT_ALLOWED, text, params: { allowed, actual: protocol } }];
};

/** What `URL.canParse` says yes to can still be too long to be parsed. */
function parse(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}
