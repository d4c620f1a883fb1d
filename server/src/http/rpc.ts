import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import {
  Code,
  ConnectError,
  type ConnectRouter,
  type ConnectRouterOptions,
  type ContextValues,
  createConnectRouter,
  createContextValues,
} from "@connectrpc/connect";
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from "@connectrpc/connect-node";
import type { Logger } from "pino";
import type { BodyBudget } from "./body-budget.ts";
import { readMessages } from "./message-body.ts";
import { pathOf, send } from "./requests.ts";

/** What serves RPCs. */
export interface RpcParts {
  routes: (router: ConnectRouter) => void;
  /** The gate among them finds out who calls before anything of the body is read. */
  options: ConnectRouterOptions;
  budget: BodyBudget;
  /** Who calls, once the gate knows. */
  ownerOf: (values: ContextValues) => string;
  /** How long one message may take to arrive, in milliseconds. */
  messageMs: number;
  logger: Logger;
}

/** Serves the RPCs of a port that speaks both protocols. */
export function serveRpc(parts: RpcParts): RequestListener {
  const router = createConnectRouter(parts.options);
  parts.routes(router);
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
  return (request: IncomingMessage, response: ServerResponse) => {
    const handler = handlers.get(pathOf(request));
    if (!handler) return send(response, 404, "There is no such method.");
    const values = createContextValues();
    const over = new Promise((resolve) => response.once("close", resolve));
    const body = readMessages(request, {
      kind: handler.method.methodKind,
      messageMs: parts.messageMs,
      hold: () => parts.budget.open(parts.ownerOf(values)),
      over,
    });
    const universal = { ...universalRequestFromNodeRequest(request, response, undefined, values), body };
    handler(universal)
      .then((answer) => universalResponseToNodeResponse(answer, response))
      .catch((error: unknown) => {
        if (ConnectError.from(error).code === Code.Aborted) return; // the client has left
        parts.logger.warn({ err: error, method: handler.method.name }, "an answer was not sent to its end");
      });
  };
}
