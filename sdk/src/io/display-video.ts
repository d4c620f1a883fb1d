import { create } from "@bufbuild/protobuf";
import { DisplayVideoSchema } from "@interval/proto";
import { sourceOf } from "./display-image.ts";
import { Eventuals, type EventualValue } from "./eventual.ts";
import { type SizeProps, sizeOf } from "./image.ts";
import { toMedia } from "./media.ts";
import type { Build } from "./method.ts";
import type { DisplayProps } from "./props.ts";

export interface VideoProps extends DisplayProps, SizeProps {
  /** An https address; it may be on its way. */
  url?: EventualValue<string>;
  /** The bytes of an MP4, WebM, Ogg or QuickTime video, in place of `url`; they may be on their way. */
  buffer?: EventualValue<Uint8Array>;
  /** Whether it starts again at its end. One that is also muted plays by itself, unless the operator prefers less motion. */
  loop?: boolean;
  /** Whether it plays without sound. */
  muted?: boolean;
}

export const displayVideo: Build<VideoProps, "displayVideo", null> = (read) => {
  const given = sourceOf(read);
  const value = create(DisplayVideoSchema, {
    size: sizeOf({ size: read.raw("size"), width: read.raw("width"), height: read.raw("height") }, read.method),
    loop: read.boolean("loop"),
    muted: read.boolean("muted"),
  });
  const eventuals = new Eventuals();
  eventuals.into<unknown>(value, given.value, (source) => {
    if (given.name === "url") {
      if (typeof source !== "string" || !/^https?:\/\//i.test(source)) {
        throw read.wrong("url", "an address that begins with https:", source);
      }
      value.source = { case: "url", value: source };
      return;
    }
    read.uploads.add(toMedia(source, "video", read.method), (assetId) => {
      value.source = { case: "assetId", value: assetId };
    });
  });
  return { kind: { case: "displayVideo", value }, later: eventuals.later };
};
