import { FieldErrorCode } from "../../ts/interval/io/v1/field_error_pb.ts";
import type { InputFile } from "../../ts/interval/io/v1/input_file_pb.ts";
import { limits } from "../limits.ts";
import { byteCount, type Fault, missing } from "./faults.ts";
import type { Check } from "./registry.ts";

/**
 * Files: as many as asked, with allowed extensions and sizes, each stored once where the component says. Whether a stored asset
 * belongs to the call is the server's to check, and its record of name and size is what counts.
 */
export const checkInputFile: Check<"inputFile"> = (
  { allowedExtensions, maxSize, ownStorage },
  { files },
  { optional, multiple },
) => {
  if (files.length === 0) return optional ? [] : [missing];
  const faults: Fault[] = [];
  if (files.length > 1 && !multiple) {
    faults.push({ code: FieldErrorCode.NOT_MULTIPLE, text: "Choose one file.", params: { actual: files.length } });
  }
  const stored = files.map(({ assetId, downloadUrl }) => assetId ?? downloadUrl).filter(Boolean);
  if (new Set(stored).size < stored.length) {
    faults.push({ code: FieldErrorCode.DUPLICATE, text: "The same file is chosen twice." });
  }
  const max = Number(maxSize ?? limits.fileBytes);
  files.forEach(({ name, size, assetId, downloadUrl }, i) => {
    const path = `files/${i}`;
    const extension = extensionFault({ allowedExtensions }, name);
    if (extension) faults.push({ ...extension, path });
    if (Number(size) > max) {
      const text = `Choose a file of at most ${byteCount(max)}.`;
      faults.push({ code: FieldErrorCode.FILE_TOO_LARGE, text, path, params: { max, actual: Number(size) } });
    }
    if (!(ownStorage ? downloadUrl : assetId)) {
      faults.push({ code: FieldErrorCode.UNKNOWN_FILE, text: "This file was not uploaded.", path });
    }
  });
  return faults;
};

/** What is wrong with the end of a file's name. */
export function extensionFault(
  { allowedExtensions }: Pick<InputFile, "allowedExtensions">,
  name: string,
): Fault | undefined {
  const allowed = allowedExtensions.map((extension) => extension.replace(/^\./, "").toLowerCase());
  const lowerName = name.toLowerCase();
  if (allowed.length === 0 || allowed.some((extension) => lowerName.endsWith(`.${extension}`))) return undefined;
  const text = `Choose a file that ends with ${allowed.map((each) => `.${each}`).join(", ")}.`;
  return { code: FieldErrorCode.EXTENSION_NOT_ALLOWED, text, params: { allowed, actual: name } };
}
