import { create } from "@bufbuild/protobuf";
import {
  FailureReason,
  type Fetch,
  FetchSchema,
  type OpenPage,
  PageShownSchema,
  type ServerFrame,
} from "@interval/proto";
import type { Action } from "../action.ts";
import type { AssetStore } from "../assets/assets.ts";
import { BadResponseError } from "../errors.ts";
import { Fetches } from "../host/fetches.ts";
import { type FrameBody, sized, type Write } from "../host/frame.ts";
import type { Logger } from "../logger.ts";
import { Page } from "../page.ts";
import type { ActionCtx } from "../run/context.ts";
import { toFailure } from "../run/failure.ts";
import type { Thrown } from "../run/report.ts";
import type { PageCtx } from "./page-context.ts";
import { PageSession } from "./page-session.ts";

/** What page sessions need to know of their host. */
export interface PageSessionsOptions {
  logger: Logger;
  assets: AssetStore;
  /** The route at a path. */
  route: (path: string) => Action | Page | undefined;
  /** Told of everything that a program throws. */
  onThrown: (thrown: Thrown, route: Action | Page, ctx: ActionCtx | PageCtx) => void;
}

/** The pages that people look at. They live as long as the connection: the server opens them anew after a loss. */
export class PageSessions {
  readonly #options: PageSessionsOptions;
  readonly #sessions = new Map<string, PageSession>();
  readonly #fetches: Fetches;
  #write: Write | undefined;

  constructor(options: PageSessionsOptions) {
    this.#options = options;
    this.#fetches = new Fetches(options.logger);
  }

  attach(write: Write): void {
    this.#write = write;
  }

  /** The connection is gone, and with it everybody who looks. */
  detach(): void {
    this.#write = undefined;
    this.closeAll("The connection to the server is lost.");
  }

  closeAll(reason: string): void {
    for (const session of this.#sessions.values()) session.close(reason);
    this.#sessions.clear();
  }

  /**
   * Deals with a frame of a page session.
   *
   * @param fault why the frame cannot be read
   */
  hear(pageId: string, { body }: ServerFrame, fault?: string): void {
    if (fault !== undefined) {
      this.#hearUnreadable(pageId, body, fault);
      return;
    }
    switch (body.case) {
      case "openPage":
        this.#open(pageId, body.value);
        return;
      case "closePage":
        this.#sessions.get(pageId)?.close("Nobody looks at the page any more.");
        this.#sessions.delete(pageId);
        return;
      case "refreshPage":
        void this.#sessions.get(pageId)?.refresh(body.value.partKey || undefined);
        return;
      case "fetch":
        void this.#fetch(pageId, body.value);
        return;
      case "cancelFetch":
        this.#fetches.cancel(body.value.requestId);
        return;
      default:
        this.#options.logger.debug(`The frame "${body.case ?? "of an unknown kind"}" of ${pageId} is skipped.`);
    }
  }

  #hearUnreadable(id: string, body: ServerFrame["body"], fault: string): void {
    this.#options.logger.error(fault);
    if (body.case === "openPage") {
      const value = toFailure(new BadResponseError(fault), FailureReason.PROTOCOL);
      const shown = create(PageShownSchema, { outcome: { case: "failure", value } });
      this.#say(id, { case: "page", value: shown });
    } else if (body.case === "fetch") {
      const value = create(FetchSchema, { requestId: body.value.requestId });
      void this.#fetch(id, value);
    }
  }

  #open(id: string, opening: OpenPage): void {
    const { assets, logger, onThrown } = this.#options;
    const route = this.#options.route(opening.page);
    // It was removed at the same moment: the catalogue, which is on its way, says so.
    const page = route instanceof Page ? route : new Page();
    const session = new PageSession({
      id,
      page,
      opening,
      assets,
      say: (body) => this.#say(id, body),
      warn: (text) => logger.warn(`The page "${opening.page}": ${text}`),
      onThrown,
    });
    this.#sessions.get(id)?.close("The page was opened again.");
    this.#sessions.set(id, session);
    void session.open();
  }

  async #fetch(id: string, fetch: Fetch): Promise<void> {
    const fetched = await this.#fetches.answer(fetch, this.#sessions.get(id)?.serving(fetch.componentKey));
    if (fetched) this.#say(id, { case: "fetched", value: fetched });
  }

  #say(id: string, body: FrameBody): void {
    this.#write?.(sized({ scope: { case: "pageId", value: id }, body }));
  }
}
