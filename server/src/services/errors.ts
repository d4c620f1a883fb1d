import { Code, ConnectError } from "@connectrpc/connect";
import {
  AnswerConflictSchema,
  AnswerRefusalSchema,
  limits,
  ProfileRefusalSchema,
  WatchGoneSchema,
} from "@interval/proto";
import type { Logger } from "pino";
import {
  AbortedError,
  AnswerConflictError,
  AnswerRefusedError,
  DeniedError,
  InvalidError,
  NotFoundError,
  PreconditionError,
  ProfileRefusedError,
  ProgramError,
  QuotaError,
  TooLargeError,
  UnavailableError,
  WatchGoneError,
} from "../domain/errors.ts";
import { PageTokenError } from "../store/store.ts";

/** An error as the wire says it. What the server did not foresee is logged, and told to nobody. */
export function toConnectError(error: unknown, logger: Logger, method: string): ConnectError {
  if (error instanceof ConnectError) return asCallersFault(error);
  if (error instanceof AnswerRefusedError) {
    const detail = { desc: AnswerRefusalSchema, value: { errors: error.errors } };
    return new ConnectError(shortened(error.message), Code.InvalidArgument, undefined, [detail]);
  }
  if (error instanceof ProfileRefusedError) {
    const detail = { desc: ProfileRefusalSchema, value: { errors: error.errors } };
    return new ConnectError(shortened(error.message), Code.InvalidArgument, undefined, [detail]);
  }
  if (error instanceof AnswerConflictError) {
    const detail = { desc: AnswerConflictSchema, value: { call: error.call } };
    return new ConnectError(error.message, Code.Aborted, undefined, [detail]);
  }
  if (error instanceof WatchGoneError)
    return new ConnectError(error.message, Code.NotFound, undefined, [{ desc: WatchGoneSchema, value: {} }]);
  const code = codeOf(error);
  if (code !== undefined && error instanceof Error) return new ConnectError(shortened(error.message), code);
  logger.error({ err: error, method }, "an RPC failed");
  return new ConnectError("Something went wrong on the server. Its log says what.", Code.Internal);
}

/** What the RPC library calls internal while it reads a request is the request's fault: a message that cannot be decoded. */
function asCallersFault(error: ConnectError): ConnectError {
  return error.code === Code.Internal ? new ConnectError(error.rawMessage, Code.InvalidArgument) : error;
}

/** A message may quote what a caller has sent. */
function shortened(message: string): string {
  // What a host has cut says behind it how long it was.
  return message.length > limits.thrownText + 100 ? `${message.slice(0, limits.thrownText)}…` : message;
}

function codeOf(error: unknown): Code | undefined {
  if (error instanceof NotFoundError) return Code.NotFound;
  if (error instanceof TooLargeError || error instanceof QuotaError) return Code.ResourceExhausted;
  if (error instanceof InvalidError || error instanceof PageTokenError) return Code.InvalidArgument;
  if (error instanceof DeniedError) return Code.PermissionDenied;
  if (error instanceof PreconditionError) return Code.FailedPrecondition;
  if (error instanceof UnavailableError) return Code.Unavailable;
  if (error instanceof ProgramError || error instanceof AbortedError) return Code.Aborted;
  return undefined;
}
