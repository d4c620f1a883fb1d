import type { CallState, FieldError } from "@interval/proto";

/** It is not there, or the caller may not see it: the same to them. */
export class NotFoundError extends Error {
  override name = "NotFoundError";
}

/** The request cannot be understood or breaks a rule; the message says which. */
export class InvalidError extends Error {
  override name = "InvalidError";
}

/** The caller may see it, but not do this. */
export class DeniedError extends Error {
  override name = "DeniedError";
}

/** It cannot be done as things stand; the message says what to change. */
export class PreconditionError extends Error {
  override name = "PreconditionError";
}

/** What is needed for it is away just now. */
export class UnavailableError extends Error {
  override name = "UnavailableError";
}

/** More bytes than are possible or were announced. */
export class TooLargeError extends Error {
  override name = "TooLargeError";
}

/** Somebody has more than a quota allows; the message names it, and what to do. */
export class QuotaError extends Error {
  override name = "QuotaError";
}

/** Bytes of an upload do not begin where what has arrived ends. */
export class OffsetError extends Error {
  override name = "OffsetError";
  /** How much has arrived. */
  readonly offset: number;
  constructor(offset: number) {
    super(`${offset} bytes have arrived: go on from there.`);
    this.offset = offset;
  }
}

/** The answer breaks the call's rules. */
export class AnswerRefusedError extends Error {
  override name = "AnswerRefusedError";
  readonly errors: FieldError[];
  constructor(errors: FieldError[]) {
    super(
      `The answer was not taken: ${errors.map(({ componentKey, text }) => `${componentKey || "the call"}: ${text}`).join(" ")}`,
    );
    this.errors = errors;
  }
}

/** What somebody wants to set of their profile breaks its rules. */
export class ProfileRefusedError extends Error {
  override name = "ProfileRefusedError";
  readonly errors: FieldError[];
  constructor(errors: FieldError[]) {
    super(`The profile was not changed: ${errors.map(({ path, text }) => `${path}: ${text}`).join(" ")}`);
    this.errors = errors;
  }
}

/** The call is not open at the revision that was answered. */
export class AnswerConflictError extends Error {
  override name = "AnswerConflictError";
  readonly call: CallState | undefined;
  constructor(call: CallState | undefined, message: string) {
    super(message);
    this.call = call;
  }
}

/** It was overtaken by something else that its caller asked for. */
export class AbortedError extends Error {
  override name = "AbortedError";
}

/** The watch that a subscription names is gone, or another caller's. */
export class WatchGoneError extends NotFoundError {
  override name = "WatchGoneError";
}

/** The program's own code failed while the operator waited for it. */
export class ProgramError extends Error {
  override name = "ProgramError";
}
