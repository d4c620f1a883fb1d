/** As long a name as file systems keep. */
const longestName = 255;

/** A file's name without what could be a path or hide how it ends. */
export function tidyName(name: string): string {
  const plain = name.replace(/[\p{Cc}\p{Cf}/\\]/gu, "_").trim();
  return [...plain].slice(-longestName).join(""); // its end tells more than its beginning
}

/** A media type without parameters; what is none is unknown. */
export function tidyMediaType(mediaType: string): string {
  const plain = mediaType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/.test(plain)
    ? plain
    : "application/octet-stream";
}
