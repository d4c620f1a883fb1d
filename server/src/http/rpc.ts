import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { DescMessage } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type ConnectRouter,
  type ConnectRouterOptions,
  type ContextValues,
  createConnectRouter,
  createContextValues,
} from "@connectrpc/connect";
import type { UniversalHandler } from "@connectrpc/connect/protocol";
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from "@connectrpc/connect-node";
import { decode, limits, reading } from "@interval/proto";
import type { Logger } from "pino";
import type { BodyBudget } from "./body-budget.ts";
import type { FairTurns } from "./fair-turns.ts";
import { readMessages } from "./message-body.ts";
import { pathOf, queryOf, send } from "./requests.ts";
import { wholeMessages } from "./whole-messages.ts";

/** What serves RPCs. */
export interface RpcParts {
  routes: (router: ConnectRouter) => void;
  /** The gate among them finds out who calls before anything of the body is read. */
  options: ConnectRouterOptions;
  budget: BodyBudget;
  /** Whoever has sent a message waits here before it is read. */
  turns: FairTurns;
  /** Who calls, once the gate knows. */
  ownerOf: (values: ContextValues) => string;
  /** How long one message may take to arrive, in milliseconds. */
  messageMs: number;
  logger: Logger;
}

/**
 * Serves the RPCs of a port that speaks both protocols, as `connectNodeAdapter` does. Beyond it, the caller is known before a body is read, bodies are
 * put together in linear time, however small their pieces, and a message that cannot be decoded is INVALID_ARGUMENT: to the library it is INTERNAL.
 */
export function serveRpc(parts: RpcParts): RequestListener {
  const router = createConnectRouter({ ...parts.options, binaryOptions: reading, jsonOptions: reading });
  parts.routes(router);
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
  return (request, response) => {
    const handler = handlers.get(pathOf(request));
    if (!handler) return send(response, 404, "There is no such method.");
    answer(handler, request, response, parts).catch((error: unknown) => {
      // A caller that has gone is no fault.
      if (request.destroyed || response.destroyed || ConnectError.from(error).code === Code.Aborted) return;
      parts.logger.error({ err: error, path: handler.requestPath }, "the answer to an RPC could not be sent");
      response.destroy();
    });
  };
}

async function answer(
  handler: UniversalHandler,
  request: IncomingMessage,
  response: ServerResponse,
  { options, budget, turns, ownerOf, messageMs }: RpcParts,
): Promise<void> {
  const { input, methodKind: kind } = handler.method;
  const fault = request.method === "GET" ? queryFault(queryOf(request), input) : undefined;
  if (fault !== undefined) return refuse(response, fault);
  const values = createContextValues();
  const over = new Promise((resolve) => response.once("close", resolve));
  const type = (request.headers["content-type"] ?? "").toLowerCase();
  const isEnveloped = type.startsWith("application/connect+") || type.startsWith("application/grpc");
  let last: Uint8Array | undefined;
  const onMessage = (message: Uint8Array) => {
    last = message;
    // gRPC tells errors after its body. What is wrong in a stream is told by the interceptor, which sees it read.
    if (isEnveloped && kind === "unary" && !type.includes("json")) assertDecodes(input, message);
  };
  const onCompressed = () => {
    const encoding = request.headers["grpc-encoding"] ?? request.headers["connect-content-encoding"] ?? "identity";
    if (encoding === "identity") {
      throw new ConnectError("A message is marked as compressed, but no header says how.", Code.InvalidArgument);
    }
  };
  let lane = "";
  // Each stream of a caller has turns of its own once it is open: many programs may attach by one key.
  const laneOf = () => {
    const taken = lane || ownerOf(values);
    if (kind === "bidi_streaming") lane ||= `${taken} ${randomUUID()}`;
    return taken;
  };
  const pieces = readMessages(request, { kind, messageMs, hold: () => budget.open(ownerOf(values)), over });
  const most = options.readMaxBytes ?? limits.messageBytes;
  const body = wholeMessages(pieces, {
    isEnveloped,
    most,
    onMessage,
    onCompressed,
    turn: () => turns.take(laneOf()),
  });
  const answered = await handler({ ...universalRequestFromNodeRequest(request, response, undefined, values), body });
  const isBinary = type.startsWith("application/proto");
  const unread = answered.status === 500 && isBinary && last ? decodingFault(input, last) : undefined;
  if (unread !== undefined) return refuse(response, unread);
  await universalResponseToNodeResponse(answered, response);
}

/** Answers as RPCs do that fail. */
function refuse(response: ServerResponse, message: string): void {
  response.setHeader("content-type", "application/json");
  response.writeHead(400).end(JSON.stringify({ code: "invalid_argument", message }));
}

function assertDecodes(desc: DescMessage, message: Uint8Array): void {
  const fault = decodingFault(desc, message);
  if (fault !== undefined) throw new ConnectError(fault, Code.InvalidArgument);
}

/** Why bytes are no message. */
function decodingFault(desc: DescMessage, bytes: Uint8Array): string | undefined {
  try {
    decode(desc, bytes);
    return undefined;
  } catch (error) {
    return `The request is no ${desc.typeName}: ${error instanceof Error ? error.message : error}.`;
  }
}

/** Why a message in the query of an address cannot be read. */
function queryFault(query: URLSearchParams, desc: DescMessage): string | undefined {
  const message = query.get("message") ?? "";
  const isBase64 = query.get("base64") === "1";
  if (isBase64 && !/^[\w+/-]*=*$/.test(message)) return "The message in the query is not base64.";
  if (query.get("encoding") !== "proto") return undefined;
  return decodingFault(desc, isBase64 ? Buffer.from(message, "base64") : Buffer.from(message));
}
