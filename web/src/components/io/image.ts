import type { Image } from "@interval/proto";

/** Where a picture's bytes are; undefined for what this dashboard cannot show. */
export function imageSource(image: Image | undefined): string | undefined {
  const source = image?.source;
  if (source?.case !== "url") return undefined;
  return /^(https:|data:image\/)/i.test(source.value) ? source.value : undefined;
}
