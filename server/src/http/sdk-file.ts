import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isKnown, send } from "./requests.ts";

/**
 * Serves the SDK that this server was built with: the package of that name on the public registry is another one. npm installs it by its
 * address, and asks again whether it has changed.
 */
export function serveSdk(file: string): (request: IncomingMessage, response: ServerResponse) => void {
  const bytes = existsSync(file) ? readFileSync(file) : undefined;
  const tag = bytes && `"${createHash("sha256").update(bytes).digest("base64url")}"`;
  return (request, response) => {
    if (!bytes || !tag)
      return send(response, 404, "This server was built without its SDK: build it with `npm run build`.");
    response.setHeader("etag", tag);
    response.setHeader("cache-control", "no-cache");
    if (isKnown(request, tag)) {
      response.writeHead(304).end();
      return;
    }
    response.setHeader("content-type", "application/gzip");
    response.setHeader("content-length", bytes.length);
    response.writeHead(200).end(request.method === "HEAD" ? undefined : bytes);
  };
}
