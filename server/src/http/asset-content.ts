import type { IncomingHttpHeaders } from "node:http";
import type { ByteRange } from "../files/files.ts";
import type { AssetRecord } from "../store/store.ts";

/** What a browser shows without ever running any of it. */
const inline = new Set([
  "image/png",
  "image/jpeg",
  "image/gif",
  "image/webp",
  "image/avif",
  "image/bmp",
  "video/mp4",
  "video/webm",
  "video/ogg",
  "video/quicktime",
  "audio/mpeg",
  "audio/ogg",
  "audio/wav",
  "audio/webm",
  "audio/mp4",
  "audio/aac",
  "audio/flac",
]);

/** Shown in an `<img>`, which runs no scripts; as a document it is only saved. */
const imageOnly = "image/svg+xml";

/**
 * The headers of an asset. Everything that is not harmless is saved instead of shown, as plain bytes: a script that somebody uploaded
 * must not be one of our own origin.
 */
export function contentHeaders({ id, name, mediaType }: AssetRecord): Record<string, string> {
  const isInline = inline.has(mediaType);
  const isPicture = isInline || mediaType === imageOnly;
  return {
    "content-type": isPicture ? mediaType : "application/octet-stream",
    "content-disposition": disposition(isInline ? "inline" : "attachment", name),
    "content-security-policy": "default-src 'none'; sandbox",
    "cache-control": "private, no-cache", // kept, and asked about each time: access may end
    "accept-ranges": "bytes",
    etag: `"${id}"`,
  };
}

function disposition(type: "inline" | "attachment", name: string): string {
  if (!name) return type;
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16)}`,
  );
  return `${type}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/** The one range that a request asks for; several, and one of another version, mean the whole. */
export function rangeOf(
  headers: IncomingHttpHeaders,
  { id, size }: AssetRecord,
): ByteRange | "unsatisfiable" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? "");
  const [, first, last] = match ?? [];
  if (!first && !last) return undefined;
  const version = headers["if-range"];
  if (version !== undefined && version !== `"${id}"`) return undefined;
  const start = first ? Number(first) : Math.max(0, size - Number(last));
  const end = first && last ? Math.min(Number(last), size - 1) : size - 1;
  if (first && last && Number(last) < start) return undefined; // not a range at all
  return start > end ? "unsatisfiable" : { start, end };
}
