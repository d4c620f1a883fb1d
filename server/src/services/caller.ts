import { isDeepStrictEqual } from "node:util";
import type { DescMessage, Message } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  createContextKey,
  type HandlerContext,
  type Interceptor,
  type StreamRequest,
  type UnaryRequest,
} from "@connectrpc/connect";
import { checkMessage } from "@interval/proto";
import type { Logger } from "pino";
import type { Caller, Identity } from "../auth/identity.ts";
import { originFault } from "../auth/origin.ts";
import { meets, rpcAccess } from "../domain/access/access.ts";
import { InvalidError } from "../domain/errors.ts";
import { toConnectError } from "./errors.ts";

const callerKey = createContextKey<Caller>({ kind: "stranger" }, { description: "who makes the request" });

const isSameKey = createContextKey(async () => true, { description: "whether the caller is who they were" });

/** Who makes the request, as the interceptor has found. */
export function callerOf(context: HandlerContext): Caller {
  return context.values.get(callerKey);
}

/**
 * Calls back when the caller of a stream is no longer who they were: signed out, revoked, or with other rights than when they opened it.
 *
 * @returns ends the look-out
 */
export function onCallerChanged({ values }: HandlerContext, everyMs: number, changed: () => void): () => void {
  const isSame = values.get(isSameKey);
  // A store that cannot answer just now changes nobody.
  const look = () =>
    void isSame().then(
      (same) => same || changed(),
      () => undefined,
    );
  const timer = setInterval(look, everyMs);
  return () => clearInterval(timer);
}

/** Finds out who makes each request, and refuses it unless the access table lets them. Turns every error into one that says what happened. */
export function accessInterceptor({
  identity,
  publicUrl,
  logger,
}: {
  identity: Identity;
  publicUrl: string;
  logger: Logger;
}): Interceptor {
  return (next) => async (request) => {
    const told = (error: unknown) =>
      toConnectError(error, logger, `${request.service.typeName}/${request.method.name}`);
    try {
      const caller = await identity.identify(request.header);
      const origin = request.header.get("origin");
      const { host } = new URL(request.url);
      const fault = caller.kind === "person" ? originFault(origin, host, publicUrl) : undefined;
      if (fault) throw new ConnectError(fault, Code.PermissionDenied);
      const need = rpcAccess.get(request.method);
      if (!meets(caller, need)) throw refusal(caller, need);
      request.contextValues.set(callerKey, caller);
      request.contextValues.set(isSameKey, async () =>
        isDeepStrictEqual(rightsOf(await identity.identify(request.header)), rightsOf(caller)),
      );
      const response = await next(need === "host" ? request : checked(request));
      return response.stream ? { ...response, message: telling(response.message, told) } : response;
    } catch (error) {
      throw told(error);
    }
  };
}

/** A request whose messages are checked before anything is done with them. What hosts say is checked frame by frame: see `HostSession`. */
function checked<Request extends UnaryRequest | StreamRequest>(request: Request): Request {
  const { input } = request.method;
  if (!request.stream) {
    assertFits(input, request.message);
    return request;
  }
  const check = async function* (messages: AsyncIterable<Message>) {
    for await (const message of messages) {
      assertFits(input, message);
      yield message;
    }
  };
  return { ...request, message: check(request.message) };
}

function assertFits(desc: DescMessage, message: Message): void {
  const fault = checkMessage(desc, message);
  if (fault !== undefined) throw new InvalidError(fault);
}

/** What a caller is and may do. What else is known of a person may change meanwhile. */
function rightsOf(caller: Caller): object {
  return caller.kind === "stranger" ? caller : { ...caller, person: caller.person?.id };
}

function refusal(caller: Caller, need: ReturnType<typeof rpcAccess.get>): ConnectError {
  if (need === undefined) return new ConnectError("This method is open to nobody.", Code.PermissionDenied);
  if (need === "host") {
    return new ConnectError(
      "The API key is missing, unknown or revoked. Check INTERVAL_API_KEY; `interval key create` makes a new key.",
      Code.Unauthenticated,
    );
  }
  return caller.kind === "stranger"
    ? new ConnectError("Sign in, or send an API key as `Authorization: Bearer <key>`.", Code.Unauthenticated)
    : new ConnectError("You may not do this.", Code.PermissionDenied);
}

/** A stream whose end says what happened: it fails long after its request was taken. */
async function* telling<T>(messages: AsyncIterable<T>, told: (error: unknown) => ConnectError): AsyncIterable<T> {
  try {
    yield* messages;
  } catch (error) {
    throw told(error);
  }
}
