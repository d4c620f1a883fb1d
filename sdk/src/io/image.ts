import { create } from "@bufbuild/protobuf";
import { type Image, ImageSchema } from "@interval/proto";
import type { Uploads } from "../assets/assets.ts";
import { HostMisuseError } from "../errors.ts";
import { isRecord, show } from "./props.ts";
import { type SizeName, toSize } from "./theme.ts";

/** A picture. */
export interface ImageProps {
  /** An https address, or a data: address of an image. */
  url?: string;
  /** The bytes of a PNG, JPEG, GIF, WebP or SVG picture. */
  buffer?: Uint8Array;
  /** What a screen reader says. */
  alt?: string;
  size?: SizeName;
  /** @deprecated the older spelling of `size` */
  width?: SizeName;
  /** @deprecated the older spelling of `size` */
  height?: SizeName;
}

/**
 * Packs a picture; undefined where there is none. Its bytes are among the uploads.
 * @throws {HostMisuseError} for an address or bytes that are no picture
 */
export function toImage(props: unknown, where: string, uploads: Uploads): Image | undefined {
  if (props === undefined || props === null) return undefined;
  if (!isRecord(props)) throw new HostMisuseError(`${where} must be { url, alt?, size? }, but it is ${show(props)}.`);
  const { url, buffer, alt, size, width, height } = props;
  const image = create(ImageSchema, {
    alt: typeof alt === "string" ? alt : "",
    size: toSize(size ?? width ?? height, where),
  });
  if (buffer instanceof Uint8Array) {
    uploads.add({ bytes: buffer, mediaType: mediaTypeOf(buffer, where), where: `${where}: "buffer"` }, (value) => {
      image.source = { case: "assetId", value };
    });
  } else image.source = { case: "url", value: checkImageUrl(url, where) };
  return image;
}

function checkImageUrl(url: unknown, where: string): string {
  if (typeof url === "string" && /^(https?:\/\/|data:image\/)/i.test(url)) return url;
  throw new HostMisuseError(`${where}: "url" must begin with https:, http: or data:image/, but it is ${show(url)}.`);
}

const signatures = [
  { type: "image/png", starts: "\x89PNG" },
  { type: "image/jpeg", starts: "\xff\xd8\xff" },
  { type: "image/gif", starts: "GIF8" },
  { type: "image/webp", starts: "RIFF" },
  { type: "image/svg+xml", starts: "<svg" },
];

function mediaTypeOf(buffer: Uint8Array, where: string): string {
  const head = Buffer.from(buffer.buffer, buffer.byteOffset, Math.min(4, buffer.byteLength)).toString("latin1");
  const type = signatures.find(({ starts }) => head.startsWith(starts))?.type;
  if (!type) throw new HostMisuseError(`${where}: "buffer" must hold a PNG, JPEG, GIF, WebP or SVG picture.`);
  return type;
}
