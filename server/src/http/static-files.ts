import { readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, relative, sep } from "node:path";
import { gzipSync } from "node:zlib";
import { acceptsGzip } from "./requests.ts";

const types: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

interface StaticFile {
  bytes: Buffer;
  gzipped: Buffer | undefined;
  type: string;
  immutable: boolean;
}

/** Answers a request, or says that it is not its own. */
export type StaticFiles = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Serves the files of a directory as they are when the server starts: only those that were listed then can be asked for, so no address
 * leads out of it. Addresses of the dashboard's own pages get `index.html`.
 */
export function staticFiles(directory: string): StaticFiles {
  const files = read(directory);
  return (request, response) => {
    const path = decodePath(request.url ?? "/");
    const file = files.get(path) ?? (isPage(path) ? files.get("/index.html") : undefined);
    if (!file) return false;
    const gzip = file.gzipped !== undefined && acceptsGzip(request);
    const body = gzip && file.gzipped ? file.gzipped : file.bytes;
    response.setHeader("content-type", file.type);
    response.setHeader("cache-control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
    response.setHeader("vary", "accept-encoding");
    if (gzip) response.setHeader("content-encoding", "gzip");
    response.setHeader("content-length", body.length);
    response.writeHead(200);
    response.end(request.method === "HEAD" ? undefined : body);
    return true;
  };
}

function read(directory: string): Map<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  for (const entry of list(directory)) {
    if (!entry.isFile() || entry.name.startsWith(".")) continue;
    const file = join(entry.parentPath, entry.name);
    const path = `/${relative(directory, file).split(sep).join("/")}`;
    const bytes = readFileSync(file);
    const type = types[extname(file)] ?? "application/octet-stream";
    const gzipped = /^text|json|svg/.test(type) && bytes.length > 1024 ? gzipSync(bytes) : undefined;
    files.set(path, { bytes, gzipped, type, immutable: path.startsWith("/assets/") });
  }
  return files;
}

function list(directory: string) {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true });
  } catch {
    return []; // a server without a dashboard serves programs alone
  }
}

function decodePath(url: string): string {
  const path = url.split(/[?#]/, 1)[0] ?? "/";
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The dashboard's addresses, as opposed to those of machines and of files that should be there. */
function isPage(path: string): boolean {
  return !path.startsWith("/api/") && !path.startsWith("/assets/") && !/^\/interval\.[\w.]+\//.test(path);
}
