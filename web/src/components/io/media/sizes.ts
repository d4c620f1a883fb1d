import { MediaSize } from "@interval/proto";

/** How wide a picture or a video is drawn, and how high at most. */
export const sizes = {
  [MediaSize.UNSPECIFIED]: "max-h-112 max-w-full",
  [MediaSize.THUMBNAIL]: "max-h-24 w-16 max-w-full",
  [MediaSize.SMALL]: "max-h-60 w-40 max-w-full",
  [MediaSize.MEDIUM]: "max-h-120 w-80 max-w-full",
  [MediaSize.LARGE]: "max-h-200 w-full",
} satisfies Record<MediaSize, string>;
