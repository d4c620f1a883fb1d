import { createHash } from "node:crypto";
import { toBinary } from "@bufbuild/protobuf";
import { RunFilterSchema } from "@interval/proto";
import { PageTokenError, type RunQuery } from "./store.ts";

/** An opaque token that stands for the last id of a page of a list. */
export function newPageToken(lastId: string, list: RunQuery): string {
  return Buffer.from(`${lastId}.${digestOf(list)}`).toString("base64url");
}

/**
 * The id that a token stands for.
 *
 * @throws {PageTokenError} when it is not one of ours, or belongs to another list
 */
export function readPageToken(token: string, list: RunQuery): string {
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

/** What a list holds, whoever asks for it and however large its pages are. */
function digestOf({ organizationId, environmentId, scopeUserId, filter }: RunQuery): string {
  const hash = createHash("sha256").update(JSON.stringify([organizationId, environmentId, scopeUserId]));
  return hash.update(toBinary(RunFilterSchema, filter)).digest("hex").slice(0, 16);
}
