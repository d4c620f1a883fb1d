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

/** The media type of an image or a video; undefined where the bytes are of neither. */
export function mediaTypeOf(bytes: Uint8Array, kind: "image" | "video"): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(16, bytes.byteLength)).toString("latin1");
  const known = signatures.find(({ starts, at = 0 }) => head.startsWith(starts, at))?.type;
  return known?.startsWith(`${kind}/`) ? known : undefined;
}
