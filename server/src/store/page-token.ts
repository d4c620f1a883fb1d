import { PageTokenError } from "./store.ts";

/** An opaque token that stands for the last id of a page. */
export function newPageToken(lastId: string): string {
  return Buffer.from(lastId).toString("base64url");
}

/**
 * The id that a token stands for.
 *
 * @throws {PageTokenError} when it is not one of ours
 */
export function readPageToken(token: string): string {
  const id = Buffer.from(token, "base64url").toString();
  if (!/^[a-z]+_[0-9a-f]{32}$/.test(id)) {
    throw new PageTokenError(
      "The page_token is not one that this server made. Leave it out to begin at the first page.",
    );
  }
  return id;
}
