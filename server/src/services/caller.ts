import { isDeepStrictEqual } from "node:util";
import type { DescMessage, DescMethod, Message } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type ContextValues,
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
import type { Background } from "../domain/background.ts";
import { InvalidError } from "../domain/errors.ts";
import { toConnectError } from "./errors.ts";

const callerKey = createContextKey<Caller>({ kind: "stranger" }, { description: "who makes the request" });

const isSameKey = createContextKey(async () => true, { description: "whether the caller is who they were" });

/** Who makes the request, as the gate has found. */
export function callerOf({ values }: { values: ContextValues }): Caller {
  return values.get(callerKey);
}

/**
 * Calls back when the caller of a stream is no longer who they were: signed out, revoked, or with other rights than when they opened it.
 *
 * @returns ends the look-out
 */
export function onCallerChanged(
  { values }: HandlerContext,
  { everyMs, background }: { everyMs: number; background: Background },
  changed: () => void,
): () => void {
  const isSame = values.get(isSameKey);
  const look = async () => {
    // A store that cannot answer just now changes nobody.
    if (!(await isSame().catch(() => true))) changed();
  };
  const timer = setInterval(() => background.run("a look at who a caller is", look), everyMs);
  return () => clearInterval(timer);
}

/** What the gate needs. */
interface GateParts {
  identity: Identity;
  publicUrl: string;
  logger: Logger;
}

/**
 * Finds out who makes each request from its headers, and refuses it unless the access table lets them, before anything of its body is read.
 * A stream lives long: its caller is looked up afresh.
 */
export function accessGate({ identity, publicUrl, logger }: GateParts): (context: HandlerContext) => Promise<void> {
  return async ({ method, requestHeader, url, values }) => {
    try {
      const caller = await identity.identify(requestHeader, { fresh: method.methodKind !== "unary" });
      const fault =
        caller.kind === "person" ? originFault(requestHeader.get("origin"), new URL(url).host, publicUrl) : undefined;
      if (fault) throw new ConnectError(fault, Code.PermissionDenied);
      const need = rpcAccess.get(method);
      if (!meets(caller, need)) throw refusal(caller, need);
      values.set(callerKey, caller);
      values.set(isSameKey, async () =>
        isDeepStrictEqual(rightsOf(await identity.identify(requestHeader)), rightsOf(caller)),
      );
    } catch (error) {
      throw toConnectError(error, logger, nameOf(method));
    }
  };
}

/** Turns every error into one that says what happened, and a request that does not fit into one. */
export function errorInterceptor(logger: Logger): Interceptor {
  return (next) => async (request) => {
    const told = (error: unknown) => toConnectError(error, logger, nameOf(request.method));
    try {
      const isHost = rpcAccess.get(request.method) === "host";
      const response = await next(isHost ? request : checked(request));
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

function nameOf({ parent, name }: DescMethod): string {
  return `${parent.typeName}/${name}`;
}

/** What a caller is and may do. What else is known of a person may change meanwhile. */
function rightsOf(caller: Caller): object {
  return caller.kind === "stranger" ? caller : { ...caller, person: caller.person?.id };
}

function refusal(caller: Caller, need: ReturnType<typeof rpcAccess.get>): ConnectError {
  if (need === undefined) return new ConnectError("This method is open to nobody.", Code.PermissionDenied);
  if (need === "host" && caller.kind === "program") {
    return new ConnectError(
      "This key is for programs that run actions. A host needs a key of its own: `interval key create` makes one.",
      Code.PermissionDenied,
    );
  }
  if (need === "host") {
    return new ConnectError(
      "The API key is missing, unknown or revoked. Check INTERVAL_API_KEY; `interval key create` makes a new key.",
      Code.Unauthenticated,
    );
  }
  if (caller.kind === "host") {
    return new ConnectError(
      "This key is for hosts: it attaches them, and does nothing else. A program needs a key of its own: `interval key create --kind program`.",
      Code.PermissionDenied,
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
