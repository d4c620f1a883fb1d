import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { limits } from "@interval/proto";
import type { Logger } from "pino";
import type { Caller, Identity } from "../auth/identity.ts";
import { originFault } from "../auth/origin.ts";
import { assetAccess } from "../domain/access/access.ts";
import type { SignedAddresses } from "../domain/assets/addresses.ts";
import { IncomingBytes } from "../domain/assets/incoming.ts";
import { type Uploads, unknownAsset } from "../domain/assets/uploads.ts";
import { DeniedError, InvalidError, NotFoundError, OffsetError, TooLargeError } from "../domain/errors.ts";
import type { Files } from "../files/files.ts";
import type { AssetRecord, Store } from "../store/store.ts";
import { contentHeaders, rangeOf } from "./asset-content.ts";
import { cutOff, headersOf, hostOf, isKnown, pathOf, queryOf, send } from "./requests.ts";

/** What serves assets. */
export interface AssetParts {
  identity: Identity;
  store: Store;
  files: Files;
  uploads: Uploads;
  addresses: SignedAddresses;
  publicUrl: string;
  logger: Logger;
}

/** Serves `/assets/{id}`: uploads in chunks that may break off anywhere, and reads with ranges. */
export function serveAssets(parts: AssetParts): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    try {
      await serve(request, response, parts);
    } catch (error) {
      if (error instanceof OffsetError) response.setHeader("upload-offset", error.offset);
      const status = statusOf(error);
      if (status === undefined || !(error instanceof Error)) throw error;
      send(response, status, error.message);
    }
  };
}

/** Who makes a request that changes something; a page of another site is refused. */
export async function identifyWriter(
  request: IncomingMessage,
  { identity, publicUrl }: Pick<AssetParts, "identity" | "publicUrl">,
): Promise<Caller> {
  const caller = await identity.identify(headersOf(request, publicUrl));
  const fault =
    caller.kind === "person" ? originFault(request.headers.origin, hostOf(request, publicUrl), publicUrl) : undefined;
  if (fault) throw new DeniedError(fault);
  return caller;
}

/** What an error is in HTTP; `undefined` for one that nobody foresaw. */
export function statusOf(error: unknown): number | undefined {
  if (error instanceof NotFoundError) return 404;
  if (error instanceof DeniedError) return 403;
  if (error instanceof InvalidError) return 400;
  if (error instanceof OffsetError) return 409;
  if (error instanceof TooLargeError) return 413;
  return undefined;
}

async function serve(request: IncomingMessage, response: ServerResponse, parts: AssetParts): Promise<void> {
  const id = pathOf(request).slice("/assets/".length);
  const need = assetAccess.get(request.method ?? "");
  switch (need) {
    case "reader":
      return read(request, response, await readable(request, id, parts), parts);
    case "reader or uploader":
      return head(request, response, id, parts);
    case "uploader":
      return write(request, response, id, parts);
    case undefined:
      response.setHeader("allow", [...assetAccess.keys()].join(", "));
      return send(response, 405, "An asset is read with GET and HEAD, and written with PATCH and PUT.");
    default:
      return need satisfies never;
  }
}

/** A complete asset that the caller may read: who may see its run or page, or has a signed address. */
async function readable(
  request: IncomingMessage,
  id: string,
  { identity, store, addresses, uploads, publicUrl }: AssetParts,
): Promise<AssetRecord> {
  const record = await store.assets.readAsset(id);
  if (!record?.complete) throw unknownAsset(id);
  if (addresses.isDownload(id, queryOf(request))) return record;
  const caller = await identity.identify(headersOf(request, publicUrl));
  if (!(await uploads.canRead(caller, record))) throw unknownAsset(id);
  return record;
}

async function read(
  request: IncomingMessage,
  response: ServerResponse,
  record: AssetRecord,
  { files, logger }: AssetParts,
): Promise<void> {
  for (const [name, value] of Object.entries(contentHeaders(record))) response.setHeader(name, value);
  if (isKnown(request, `"${record.id}"`)) return void response.writeHead(304).end();
  const range = rangeOf(request.headers, record);
  if (range === "unsatisfiable") {
    response.setHeader("content-range", `bytes */${record.size}`);
    return void response.writeHead(416, { "content-length": 0 }).end();
  }
  const { start, end } = range ?? { start: 0, end: record.size - 1 };
  if (range) response.setHeader("content-range", `bytes ${start}-${end}/${record.size}`);
  response.setHeader("content-length", end - start + 1);
  const status = range ? 206 : 200;
  if (request.method === "HEAD" || record.size === 0) return void response.writeHead(status).end();
  const bytes = await files.read(record.storageKey, range);
  response.writeHead(status);
  await pipeline(bytes, response).catch((error: unknown) => {
    // A viewer that went away, or scrolled on in a video, is no fault.
    if (!request.destroyed) logger.warn({ err: error, assetId: record.id }, "an asset was not sent to its end");
  });
}

/** What GET would answer; to who uploads also how much has arrived. */
async function head(request: IncomingMessage, response: ServerResponse, id: string, parts: AssetParts): Promise<void> {
  const caller = await parts.identity.identify(headersOf(request, parts.publicUrl));
  const own = await parts.uploads.find(caller, id).catch((error: unknown) => {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  });
  if (own) setProgress(response, own);
  if (!own || own.complete) return read(request, response, await readable(request, id, parts), parts);
  response.setHeader("cache-control", "no-store");
  response.writeHead(200, { "content-length": 0 }).end();
}

async function write(request: IncomingMessage, response: ServerResponse, id: string, parts: AssetParts): Promise<void> {
  const caller = await identifyWriter(request, parts);
  const record = await parts.uploads.find(caller, id);
  const offset = request.method === "PUT" ? "whole" : offsetOf(request);
  const open = (most: number) => {
    const length = Number(request.headers["content-length"] ?? 0);
    if (length > most) {
      throw new TooLargeError(
        `${length} bytes are too many: ${most} are left of the ${record.size} that were announced.`,
      );
    }
    return incoming(request, most);
  };
  const now = await parts.uploads.receive(record, offset, open);
  if (request.destroyed && !request.readableEnded) return; // nobody is there to be told
  setProgress(response, now);
  if (offset === "whole" && !now.complete) {
    return send(response, 400, `Fewer than the ${now.size} bytes that were announced have come.`);
  }
  response.setHeader("cache-control", "no-store");
  response.writeHead(204).end();
}

/** The body of a request as bytes that may be taken. It is read without being destroyed, so that there is an answer in any case. */
export function incoming(request: IncomingMessage, most: number): IncomingBytes {
  const source = { [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }) };
  const { uploadMinimum } = limits;
  return new IncomingBytes(source, { most, ...uploadMinimum, cut: () => cutOff(request) });
}

function offsetOf(request: IncomingMessage): number {
  const text = request.headers["upload-offset"];
  if (typeof text !== "string" || !/^\d{1,15}$/.test(text)) {
    throw new InvalidError("The header Upload-Offset is missing: it says where in the file the bytes begin.");
  }
  return Number(text);
}

function setProgress(response: ServerResponse, { received, size, complete }: AssetRecord): void {
  response.setHeader("upload-offset", received);
  response.setHeader("upload-length", size);
  response.setHeader("upload-complete", complete ? "?1" : "?0");
}
