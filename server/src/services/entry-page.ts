import { toBinary } from "@bufbuild/protobuf";
import { type CatalogEntry, CatalogEntrySchema, countWithin, limits } from "@interval/proto";
import { InvalidError } from "../domain/errors.ts";
import { pageSizeOf } from "./page-size.ts";

/**
 * One page of a list of actions and pages, which are in the order of their paths.
 *
 * @throws {InvalidError} for a token that is not one of ours
 */
export function pageOfEntries(
  all: CatalogEntry[],
  { pageSize, pageToken }: { pageSize: number; pageToken: string },
): { entries: CatalogEntry[]; nextPageToken: string } {
  const after = pathAfter(pageToken);
  const rest = all.filter(({ route }) => (route?.path ?? "") > after);
  const page = rest.slice(0, pageSizeOf(pageSize));
  const entries = page.slice(
    0,
    countWithin(page, (entry) => toBinary(CatalogEntrySchema, entry).length, limits.listBytes),
  );
  const last = entries.at(-1)?.route?.path ?? "";
  return { entries, nextPageToken: rest.length > entries.length ? Buffer.from(last).toString("base64url") : "" };
}

function pathAfter(token: string): string {
  const path = Buffer.from(token, "base64url").toString();
  if (!/^[\w./-]*$/.test(path)) throw new InvalidError("The page_token is not one that this server made.");
  return path;
}
