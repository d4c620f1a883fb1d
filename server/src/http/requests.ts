import type { IncomingMessage, ServerResponse } from "node:http";
import { constants, type Http2ServerRequest } from "node:http2";
import { limits } from "@interval/proto";

// What both protocols' requests and responses have in common.

/** The path of a request, without its query. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split(/[?#]/, 1)[0] ?? "/";
}

/** The query of a request. */
export function queryOf(request: IncomingMessage): URLSearchParams {
  return new URLSearchParams((request.url ?? "").split("?").slice(1).join("?"));
}

/** A request's headers as the web's, with a host also over HTTP/2. */
export function headersOf(request: IncomingMessage, publicUrl: string): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (!name.startsWith(":") && value !== undefined) headers.set(name, String(value));
  }
  headers.set("host", hostOf(request, publicUrl));
  return headers;
}

/** The host that a request was made to. */
export function hostOf(request: IncomingMessage, publicUrl: string): string {
  return String(request.headers.host ?? request.headers[":authority"] ?? new URL(publicUrl).host);
}

/** Whether a text is a host with or without a port, and nothing else. */
export function isHost(text: string): boolean {
  const url = URL.parse(`http://${text}`);
  return url !== null && url.href === `${url.origin}/` && !/[@/?#\\]/.test(text);
}

/** Whether a client has what is tagged so already, by its header `If-None-Match`. */
export function isKnown({ headers }: IncomingMessage, tag: string): boolean {
  const known = listed(headers["if-none-match"]);
  return known.some((each) => each === "*" || each === tag || each === `W/${tag}`);
}

/** Whether a client takes gzip, by its header `Accept-Encoding`. */
export function acceptsGzip({ headers }: IncomingMessage): boolean {
  return listed(String(headers["accept-encoding"] ?? "")).some((each) => {
    const [coding = "", ...parameters] = each.split(";").map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith("q="));
    return coding === "gzip" && !(quality && Number(quality.slice(2)) === 0);
  });
}

/** The parts of a header that is a list. */
function listed(header: string | undefined): string[] {
  return header?.split(",").map((part) => part.trim()) ?? [];
}

/** Answers with a sentence. */
export function send(response: ServerResponse, status: number, text: string): void {
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.setHeader("cache-control", "no-store");
  response.writeHead(status);
  response.end(`${text}\n`);
}

/** Ends a request whose body is not wanted any more. Over HTTP/2 only its stream ends, not what else its connection carries. */
export function cutOff(request: IncomingMessage | Http2ServerRequest): void {
  if ("stream" in request) request.stream.close(constants.NGHTTP2_CANCEL);
  request.destroy();
}

/**
 * Sees to it that a request ends soon after its answer. What still comes of its body is thrown away for a moment: to cut the client off at
 * once would take the answer from it.
 */
export function endWithAnswer(request: IncomingMessage | Http2ServerRequest, response: ServerResponse): void {
  // Over HTTP/2 the response says that it has finished when the whole stream has.
  const answer = "stream" in request ? request.stream : response;
  answer.once("finish", () => {
    if (request.complete) return;
    const timer = setTimeout(() => cutOff(request), limits.http.lingerMs).unref();
    request.on("error", () => undefined);
    request.once("end", () => clearTimeout(timer));
    request.once("close", () => clearTimeout(timer));
    request.resume();
  });
}
