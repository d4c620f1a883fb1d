import type { OpenPage } from "@interval/proto";
import type { ActionCtx } from "../run/context.ts";
import { readContext } from "../run/start.ts";

/** What a page's handler knows of who looks at it. */
export interface PageCtx extends Pick<ActionCtx, "user" | "params" | "environment" | "organization" | "signal"> {
  page: { slug: string; url: string };
}

/**
 * Unpacks what the server tells of a page that is opened.
 * @param signal aborts when nobody looks at the page any more
 */
export function readOpening(opening: OpenPage, signal: AbortSignal): PageCtx {
  return {
    ...readContext(opening),
    page: { slug: opening.page, url: opening.context?.actionUrl ?? "" },
    signal,
  };
}
