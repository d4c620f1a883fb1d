// Whatever of the server reads headers, names and tokens takes time in proportion to them.
import type { IncomingMessage } from "node:http";
import { describe, it } from "vitest";
import { expectLinear, pumps } from "../../../gen/src/linear.test-util.ts";
import { isLoopback, isTrustedOrigin } from "../auth/origin.ts";
import { httpAccess } from "../domain/access/access.ts";
import { tidyMediaType, tidyName } from "../domain/assets/names.ts";
import { pageOfEntries } from "../services/entry-page.ts";
import { readPageToken } from "../store/page-token.ts";
import type { AssetRecord } from "../store/store.ts";
import { contentHeaders, rangeOf } from "./asset-content.ts";
import { acceptsGzip, isHost, isKnown, pathOf, queryOf } from "./requests.ts";

const asking = (request: { url?: string; headers?: Record<string, string> }) => request as unknown as IncomingMessage;
const asset = { id: "asset_1", name: "a", mediaType: "image/png", size: 5 } as AssetRecord;
const tried = (read: () => unknown) => {
  try {
    return read();
  } catch {
    return undefined;
  }
};
const readers: Record<string, (text: string) => unknown> = {
  "If-None-Match": (text) => isKnown(asking({ headers: { "if-none-match": text } }), '"a"'),
  "Accept-Encoding": (text) => acceptsGzip(asking({ headers: { "accept-encoding": text } })),
  Range: (range) => rangeOf({ range }, asset),
  Host: (text) => [isHost(text), isLoopback(text)],
  Origin: (text) => isTrustedOrigin(`http://${text}`, "localhost", "http://localhost"),
  "an address": (text) => [pathOf(asking({ url: text })), queryOf(asking({ url: `/?${text}` })), httpAccess(text)],
  "an address of an asset": (text) => httpAccess(`/assets/asset_${text}`),
  "an address of an RPC": (text) => httpAccess(`/interval.${text}`),
  "a file's name": (name) => [tidyName(name), contentHeaders({ ...asset, name })],
  "a media type": tidyMediaType,
  "a page token": (text) => tried(() => readPageToken(text, [])),
  "a page token of entries": (text) => tried(() => pageOfEntries([], { pageSize: 1, pageToken: text })),
};

describe.each(Object.entries(readers))("reading %s", (_name, read) => {
  it.each(pumps)("of $name", ({ pump }) => expectLinear(read, pump));
});
