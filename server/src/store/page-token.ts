import { createHash } from "node:crypto";
import { PageTokenError } from "./store.ts";

/**
 * An opaque token that stands for the last id of a page of a list.
 * @param list what the list holds, whoever asks for it and however large its pages are
 */
export function newPageToken(lastId: string, list: readonly unknown[]): string {
  return Buffer.from(`${lastId}.${digestOf(list)}`).toString("base64url");
}

/**
 * The id that a token stands for.
 *
 * @throws {PageTokenError} when it is not one of ours, or belongs to another list
 */
export function readPageToken(token: string, list: readonly unknown[]): string {
  const [, id, digest] =
    /^([a-z]+_[0-9a-f]{32})\.([0-9a-f]{16})$/.exec(Buffer.from(token, "base64url").toString()) ?? [];
  if (id === undefined) {
    throw new PageTokenError(
      "The page_token is not one that this server made. Leave it out to begin at the first page.",
    );
  }
  if (digest !== digestOf(list)) {
    throw new PageTokenError(
      "The page_token belongs to another filter or environment. Leave it out to begin at the first page.",
    );
  }
  return id;
}

function digestOf(list: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(list)).digest("hex").slice(0, 16);
}
