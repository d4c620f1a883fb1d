import { create } from "@bufbuild/protobuf";
import { DisplayImageSchema } from "@interval/proto";
import { Eventuals, type EventualValue } from "./eventual.ts";
import { type ImageProps, sizeOf, toImage } from "./image.ts";
import type { Build } from "./method.ts";
import type { DisplayProps, PropReader } from "./props.ts";

export interface DisplayImageProps extends DisplayProps, Omit<ImageProps, "url" | "buffer"> {
  /** An https address, or a data: address of an image; it may be on its way. */
  url?: EventualValue<string>;
  /** The bytes of a PNG, JPEG, GIF, WebP, AVIF or SVG picture, in place of `url`; they may be on their way. */
  buffer?: EventualValue<Uint8Array>;
}

export const displayImage: Build<DisplayImageProps, "displayImage", null> = (read) => {
  const alt = read.string("alt");
  const given = sourceOf(read);
  const size = read.raw("size") ?? read.raw("width") ?? read.raw("height");
  sizeOf({ size }, read.method);
  const value = create(DisplayImageSchema);
  const eventuals = new Eventuals();
  eventuals.into<unknown>(value, given.value, (source) => {
    value.image = toImage({ alt, size, [given.name]: source }, read.method, read.uploads);
  });
  return { kind: { case: "displayImage", value }, later: eventuals.later };
};

/**
 * Where the bytes of an image or a video are.
 * @throws {HostMisuseError} unless exactly one of `url` and `buffer` is given
 */
export function sourceOf(read: PropReader): { name: "url" | "buffer"; value: unknown } {
  const [url, buffer] = [read.raw("url"), read.raw("buffer")];
  if (buffer === undefined) {
    if (url === undefined) throw read.wrong("url", 'an address, unless there is a "buffer"');
    return { name: "url", value: url };
  }
  if (url !== undefined) throw read.wrong("buffer", 'left out where there is a "url"');
  return { name: "buffer", value: buffer };
}
