import { create, toBinary } from "@bufbuild/protobuf";
import { type FieldError, FieldErrorCode, FieldErrorSchema, limits } from "@interval/proto";
import { shorten } from "../thrown.ts";

/** Parameters of one field error above this, in bytes, are left out: its text says the same in words. */
const paramsBytes = 4096;

/**
 * Field errors as one frame carries them. The first ones are kept, their texts cut to what fits in all, and how many are left out is told beside
 * the fields.
 */
export function fitErrors(errors: readonly FieldError[]): FieldError[] {
  const { errors: most, text } = limits.refusal;
  let left: number = text;
  const kept = errors.slice(0, most).map((error): FieldError => {
    const cut = shorten(error.text, left);
    left = Math.max(0, left - error.text.length);
    const { componentKey, path, code, params } = error;
    const isLarge = toBinary(FieldErrorSchema, create(FieldErrorSchema, { params })).length > paramsBytes;
    return { ...error, componentKey, path, code, text: cut, params: isLarge ? {} : params };
  });
  const more = errors.length - kept.length;
  if (more > 0) {
    const fault = { code: FieldErrorCode.REJECTED, text: `${more} more faults are not shown.` };
    kept.push(create(FieldErrorSchema, fault));
  }
  return kept;
}
