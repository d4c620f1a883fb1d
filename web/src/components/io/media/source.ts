import type { Image } from "@interval/proto";
import { assetUrl } from "../../../lib/assets.ts";

type Source = Image["source"] | { case: "assetId" | "url"; value: string };

/** Where a picture's bytes are; undefined for what this dashboard cannot show. */
export function imageSource(image: Image | undefined): string | undefined {
  return mediaSource(image?.source, /^(https:|data:image\/)/i);
}

/** Where a picture's or a video's bytes are: a stored asset, or an address that begins as allowed. */
export function mediaSource(source: Source | undefined, allowed: RegExp): string | undefined {
  switch (source?.case) {
    case "assetId":
      return assetUrl(source.value);
    case "url":
      return allowed.test(source.value) ? source.value : undefined;
    default:
      return undefined;
  }
}
