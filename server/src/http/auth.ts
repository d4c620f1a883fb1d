import type { IncomingMessage, ServerResponse } from "node:http";
import { Code, ConnectError } from "@connectrpc/connect";
import { limits } from "@interval/proto";
import type { Identity } from "../auth/identity.ts";
import type { BodyBudget } from "./body-budget.ts";
import { readMessages } from "./message-body.ts";
import { headersOf, pathOf, send } from "./requests.ts";
import type { TrustedProxies } from "./trusted-proxies.ts";

/** What serves signing in and out. */
export interface AuthParts {
  identity: Identity;
  publicUrl: string;
  proxies: TrustedProxies;
  budget: BodyBudget;
  /** How long a body may take to arrive, in milliseconds. */
  messageMs: number;
}

/** Serves `/api/auth/*`, which is open to everybody, by the identity library, which speaks the web's Request and Response. */
export function serveAuth(parts: AuthParts): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { identity, publicUrl, proxies } = parts;
  return async (request, response) => {
    if (request.method !== "POST") {
      response.setHeader("allow", "POST");
      return send(response, 405, "Only POST is possible here.");
    }
    const { address, isHttps } = proxies.clientOf(request);
    const read = await readBody(request, response, address, parts);
    if ("status" in read) return send(response, read.status, read.text);
    const headers = headersOf(request, publicUrl);
    const url = new URL(pathOf(request), publicUrl);
    const answer = await identity.handle(new Request(url, { method: "POST", headers, body: read.body }), address);
    answer.headers.forEach((value, name) => {
      if (name !== "set-cookie") response.setHeader(name, value);
    });
    const cookies = answer.headers.getSetCookie();
    if (cookies.length > 0) response.setHeader("set-cookie", isHttps ? cookies.map(secure) : cookies);
    response.setHeader("cache-control", "no-store");
    response.writeHead(answer.status);
    response.end(Buffer.from(await answer.arrayBuffer()));
  };
}

/** The cookie, for https alone. */
function secure(cookie: string): string {
  return /;\s?secure/i.test(cookie) ? cookie : `${cookie}; Secure`;
}

/** The whole body, or why it was not read. */
async function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  address: string,
  { budget, messageMs }: AuthParts,
): Promise<{ body: Buffer<ArrayBuffer> } | { status: number; text: string }> {
  const tooLarge = { status: 413, text: `The request is too large: at most ${limits.http.openBodyBytes} bytes.` };
  if (Number(request.headers["content-length"] ?? 0) > limits.http.openBodyBytes) return tooLarge;
  const over = new Promise((resolve) => response.once("close", resolve));
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    const hold = () => budget.open(address);
    for await (const chunk of readMessages(request, { kind: "unary", messageMs, hold, over })) {
      size += chunk.length;
      if (size > limits.http.openBodyBytes) return tooLarge;
      chunks.push(chunk);
    }
  } catch (error) {
    const { code, rawMessage } = ConnectError.from(error);
    if (code === Code.DeadlineExceeded) return { status: 408, text: rawMessage };
    if (code === Code.ResourceExhausted) return { status: 503, text: rawMessage };
    throw error;
  }
  return { body: Buffer.concat(chunks) };
}
