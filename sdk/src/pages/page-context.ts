import type { OpenPage } from "@interval/proto";
import type { ActionCtx } from "../run/context.ts";
import { readContext } from "../run/start.ts";

/** What a page's handler knows of who looks at it. */
export interface PageCtx extends Pick<ActionCtx, "user" | "params" | "environment" | "organization" | "signal"> {
  page: { slug: string; url: string };
  /**
   * Reads the page again for the one who looks at it: calls the handler, and shows what has changed in place.
   *
   * @param part the key of the one part to refresh; by default the whole page
   */
  refresh: (part?: string) => Promise<void>;
}

/**
 * Unpacks what the server tells of a page that is opened.
 * @param signal aborts when nobody looks at the page any more
 */
export function readOpening(opening: OpenPage, signal: AbortSignal, refresh: PageCtx["refresh"]): PageCtx {
  return {
    ...readContext(opening),
    page: { slug: opening.page, url: opening.context?.actionUrl ?? "" },
    signal,
    refresh,
  };
}
