import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Logger } from "pino";
import { httpAccess } from "../domain/access/access.ts";
import type { Store } from "../store/store.ts";
import { endWithAnswer, hostOf, isHost, pathOf, send } from "./requests.ts";
import { strictTransport } from "./security-headers.ts";
import type { StaticFiles } from "./static-files.ts";
import type { TrustedProxies } from "./trusted-proxies.ts";

/** What answers requests. */
export interface HandlerParts {
  rpc: (request: IncomingMessage, response: ServerResponse) => void;
  /** Serves signing in and out. */
  auth: Answer;
  store: Store;
  /** Serves `/assets/{id}`. */
  assets: Answer;
  /** Serves `/assets/relay`. */
  relay: Answer;
  files: StaticFiles;
  /** Serves `/sdk.tgz`. */
  sdk: (request: IncomingMessage, response: ServerResponse) => void;
  /** The headers of every response. */
  securityHeaders: Readonly<Record<string, string>>;
  publicUrl: string;
  proxies: TrustedProxies;
  logger: Logger;
  /** Whether the server takes new work: not while it stops. */
  isReady: () => boolean;
}

/** Answers one request, in its own time. */
type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Answers every request of the port: RPCs, signing in, health, and the dashboard. */
export function createHandler(parts: HandlerParts): RequestListener {
  const isPublicHttps = parts.publicUrl.startsWith("https:");
  return (request, response) => {
    for (const [name, value] of Object.entries(parts.securityHeaders)) response.setHeader(name, value);
    if (isPublicHttps || parts.proxies.clientOf(request).isHttps) {
      response.setHeader("strict-transport-security", strictTransport);
    }
    endWithAnswer(request, response);
    route(request, response, parts).catch((error: unknown) => {
      parts.logger.error({ err: error, path: pathOf(request) }, "a request failed");
      if (response.headersSent) response.destroy();
      else send(response, 500, "Something went wrong on the server. Its log says what.");
    });
  };
}

async function route(request: IncomingMessage, response: ServerResponse, parts: HandlerParts): Promise<void> {
  const path = pathOf(request);
  // HTTP/1.0 has no Host.
  if (!request.headers[":authority"]) request.headers.host ??= new URL(parts.publicUrl).host;
  if (!isHost(hostOf(request, parts.publicUrl))) return send(response, 400, "The header Host is no host.");
  const access = httpAccess(path);
  switch (access) {
    case "rpc":
      response.setHeader("x-accel-buffering", "no");
      return parts.rpc(request, response);
    case "asset":
      return parts.assets(request, response);
    case "relay":
      return parts.relay(request, response);
    case "health":
      return health(path, response, parts);
    case "auth":
      return parts.auth(request, response);
    case "sdk":
      return refuseWrites(request, response) ? undefined : parts.sdk(request, response);
    case "page":
      if (!refuseWrites(request, response) && !parts.files(request, response))
        send(response, 404, "There is nothing here.");
      return;
    default:
      return access satisfies never;
  }
}

/** Files are read alone. @returns whether the request was refused */
function refuseWrites(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method === "GET" || request.method === "HEAD") return false;
  response.setHeader("allow", "GET, HEAD");
  send(response, 405, "Only GET is possible here.");
  return true;
}

async function health(path: string, response: ServerResponse, { isReady, store }: HandlerParts): Promise<void> {
  if (path === "/health/live") return send(response, 200, "live");
  if (path !== "/health/ready") return send(response, 404, "There is /health/live and /health/ready.");
  const fault = isReady() ? await store.check().then(() => undefined, String) : "the server is stopping";
  send(response, fault ? 503 : 200, fault ? `not ready: ${fault}` : "ready");
}
