import { Code, ConnectError } from "@connectrpc/connect";
import { ConnectionError } from "../errors.ts";
import { messageOf } from "../thrown.ts";

/**
 * What a refusal means and what to do about it; undefined for faults that pass by themselves, such as a server that does not run yet.
 */
export function refusalOf(error: unknown, baseUrl: string): ConnectionError | undefined {
  if (!(error instanceof ConnectError)) return undefined;
  const refusal = (text: string) => new ConnectionError(text, { cause: error });
  switch (error.code) {
    case Code.Unauthenticated:
    case Code.PermissionDenied:
      return refusal(
        `The server at ${baseUrl} refused the API key: ${error.rawMessage}. Check INTERVAL_API_KEY, or "apiKey" in new Interval({ ... }). ` +
          "A new key is made by: interval key create --environment development",
      );
    case Code.FailedPrecondition:
    case Code.InvalidArgument:
      return refusal(`The server at ${baseUrl} refused this host: ${error.rawMessage}`);
    case Code.Unimplemented:
      return refusal(`There is no Interval server at ${baseUrl}, or it is older than this SDK: ${error.rawMessage}`);
    default:
      return undefined;
  }
}

/** Why a connection ended, in a few words. */
export function describeEnd(error: unknown): string {
  if (!(error instanceof ConnectError)) return messageOf(error);
  const { cause, rawMessage } = error;
  // OpenSSL's messages are full of places in its source.
  return cause instanceof Error && "reason" in cause ? String(cause.reason) : rawMessage;
}
