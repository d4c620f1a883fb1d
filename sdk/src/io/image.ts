import { create } from "@bufbuild/protobuf";
import { type Image, ImageSchema } from "@interval/proto";
import type { Uploads } from "../assets/assets.ts";
import { HostMisuseError } from "../errors.ts";
import { toMedia } from "./media.ts";
import { isRecord, show } from "./props.ts";
import { type FitName, type SizeName, toFit, toSize } from "./theme.ts";

/** How large something is drawn. */
export interface SizeProps {
  size?: SizeName;
  /** @deprecated the older spelling of `size` */
  width?: SizeName;
  /** @deprecated the older spelling of `size` */
  height?: SizeName;
}

/** A picture. */
export interface ImageProps extends SizeProps {
  /** An https address, or a data: address of an image. */
  url?: string;
  /** The bytes of a PNG, JPEG, GIF, WebP, AVIF or SVG picture. */
  buffer?: Uint8Array;
  /** What a screen reader says. */
  alt?: string;
}

/** A picture in a frame. */
export interface FramedImageProps extends ImageProps {
  /** How it fills its frame: wholly visible (`contain`, the default) or cropped (`cover`). */
  fit?: FitName;
  /** Width divided by height of its frame; by default the picture's own. */
  aspectRatio?: number;
}

/**
 * Packs a picture; undefined where there is none. Its bytes are among the uploads.
 * @throws {HostMisuseError} for an address or bytes that are no picture
 */
export function toImage(props: unknown, where: string, uploads: Uploads): Image | undefined {
  if (props === undefined || props === null) return undefined;
  if (!isRecord(props)) throw new HostMisuseError(`${where} must be { url, alt?, size? }, but it is ${show(props)}.`);
  const { url, buffer, alt, fit } = props;
  const image = create(ImageSchema, {
    alt: typeof alt === "string" ? alt : "",
    size: sizeOf(props, where),
    fit: toFit(fit, where),
    aspectRatio: aspectRatio(props.aspectRatio, where),
  });
  if (buffer !== undefined && buffer !== null) {
    uploads.add(toMedia(buffer, "image", where), (value) => {
      image.source = { case: "assetId", value };
    });
  } else image.source = { case: "url", value: checkImageUrl(url, where) };
  return image;
}

/** How large it is drawn, by any of the spellings. */
export function sizeOf({ size, width, height }: Record<string, unknown>, where: string) {
  return toSize(size ?? width ?? height, where);
}

function checkImageUrl(url: unknown, where: string): string {
  if (typeof url === "string" && /^(https?:\/\/|data:image\/)/i.test(url)) return url;
  throw new HostMisuseError(`${where}: "url" must begin with https:, http: or data:image/, but it is ${show(url)}.`);
}

function aspectRatio(value: unknown, where: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && Number.isFinite(value) && value > 0) return value;
  throw new HostMisuseError(`${where}: "aspectRatio" must be a number greater than 0, but it is ${show(value)}.`);
}
