import { FieldErrorCode } from "../../ts/interval/io/v1/field_error_pb.ts";
import { limits } from "../limits.ts";
import { count, type Fault } from "./faults.ts";
import type { Check } from "./registry.ts";

/** Files: as many as asked, with allowed extensions and sizes, each of them stored somewhere. */
export const checkInputFile: Check<"inputFile"> = (
  { allowedExtensions, maxSize },
  { files },
  { optional, multiple },
) => {
  if (files.length === 0) return optional ? [] : [{ code: FieldErrorCode.REQUIRED, text: "This is needed." }];
  const faults: Fault[] = [];
  if (files.length > 1 && !multiple) {
    faults.push({ code: FieldErrorCode.NOT_MULTIPLE, text: "Choose one file.", params: { actual: files.length } });
  }
  const allowed = allowedExtensions.map((extension) => extension.replace(/^\./, "").toLowerCase());
  const max = Number(maxSize ?? limits.fileBytes);
  files.forEach(({ name, size, assetId, downloadUrl }, i) => {
    const path = `files/${i}`;
    const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
    if (allowed.length > 0 && !allowed.includes(extension)) {
      const text = `Choose a file that ends with ${allowed.map((each) => `.${each}`).join(", ")}.`;
      faults.push({ code: FieldErrorCode.EXTENSION_NOT_ALLOWED, text, path, params: { allowed, actual: extension } });
    }
    if (Number(size) > max) {
      const text = `Choose a file of at most ${count(max, "byte")}.`;
      faults.push({ code: FieldErrorCode.FILE_TOO_LARGE, text, path, params: { max, actual: Number(size) } });
    }
    if (!assetId && !downloadUrl) {
      faults.push({ code: FieldErrorCode.UNKNOWN_FILE, text: "This file was not uploaded.", path });
    }
  });
  return faults;
};
