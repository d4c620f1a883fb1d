import { limits } from "@interval/proto";
import type { Asset } from "../assets/assets.ts";
import { HostMisuseError } from "../errors.ts";
import { show } from "./props.ts";

/** What media begin with, by their first bytes. */
const signatures: readonly { type: string; at?: number; starts: string }[] = [
  { type: "image/png", starts: "\x89PNG" },
  { type: "image/jpeg", starts: "\xff\xd8\xff" },
  { type: "image/gif", starts: "GIF8" },
  { type: "image/webp", at: 8, starts: "WEBP" },
  { type: "image/avif", at: 4, starts: "ftypavif" },
  { type: "image/svg+xml", starts: "<svg" },
  { type: "image/svg+xml", starts: "<?xml" },
  { type: "video/webm", starts: "\x1a\x45\xdf\xa3" },
  { type: "video/ogg", starts: "OggS" },
  { type: "video/quicktime", at: 4, starts: "ftypqt" },
  { type: "video/mp4", at: 4, starts: "ftyp" },
];

const kinds = {
  image: "a PNG, JPEG, GIF, WebP, AVIF or SVG picture",
  video: "an MP4, WebM, Ogg or QuickTime video",
};

/**
 * The bytes of an image or a video, ready to be stored.
 * @throws {HostMisuseError} for bytes that are neither, or too many
 */
export function toMedia(buffer: unknown, kind: keyof typeof kinds, where: string): Asset {
  const mediaType = buffer instanceof Uint8Array ? mediaTypeOf(buffer) : undefined;
  if (!(buffer instanceof Uint8Array) || !mediaType?.startsWith(`${kind}/`)) {
    throw new HostMisuseError(`${where}: "buffer" must hold the bytes of ${kinds[kind]}, but it is ${show(buffer)}.`);
  }
  const { hostAssetBytes } = limits;
  if (buffer.length > hostAssetBytes) {
    throw new HostMisuseError(
      `${where}: "buffer" has ${buffer.length} bytes; at most ${hostAssetBytes} can be shown. Give a "url" instead.`,
    );
  }
  return { bytes: buffer, mediaType, where: `${where}: "buffer"` };
}

function mediaTypeOf(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(16, bytes.byteLength)).toString("latin1");
  return signatures.find(({ starts, at = 0 }) => head.startsWith(starts, at))?.type;
}
