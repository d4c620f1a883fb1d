import { create } from "@bufbuild/protobuf";
import { type Failure, FailureReason, FailureSchema } from "@interval/proto";
import { messageOf } from "../errors.ts";

const maxCauses = 10;

/** Anything thrown, as data: type, message, stack and the chain of causes. */
export function toFailure(thrown: unknown, reason = FailureReason.THROWN, depth = 0): Failure {
  if (!(thrown instanceof Error)) return create(FailureSchema, { type: "Error", message: messageOf(thrown), reason });
  const { cause } = thrown;
  return create(FailureSchema, {
    type: thrown.name !== "Error" ? thrown.name : (thrown.constructor?.name ?? "Error"),
    message: thrown.message,
    stack: thrown.stack ?? "",
    cause: cause === undefined || depth >= maxCauses ? undefined : toFailure(cause, FailureReason.THROWN, depth + 1),
    reason,
  });
}
