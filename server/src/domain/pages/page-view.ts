import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type Failure,
  FailureReason,
  FailureSchema,
  type HostFrame,
  type IoComponent,
  type PagePart,
  PagePartSchema,
  type PageRefreshed,
  type PageShown,
  PageShownSchema,
  type PageUpdateSchema,
} from "@interval/proto";
import type { AssetStore } from "../../store/store.ts";
import type { Place } from "../access/place.ts";
import { foreignAsset } from "../assets/shown.ts";
import type { Background } from "../background.ts";
import type { AttachedHost } from "../hosts/attached-host.ts";
import { partWithoutStack, refreshedWithoutStack, shownWithoutStack } from "../watch/redact.ts";

/** Tells the tab that looks at a page what is new. */
export type TellPage = (update: MessageInitShape<typeof PageUpdateSchema>) => void;

/** A page as one tab looks at it, and what the host that shows it has said. */
export class PageView {
  readonly place: Place;
  readonly path: string;
  /** Who looks: a session or key. */
  readonly owner: string;
  /** The host that shows the page now, and its session there. */
  host: AttachedHost | undefined;
  pageId = "";
  readonly #assets: AssetStore;
  readonly #background: Background;
  readonly #stacks: boolean;
  readonly #tell: TellPage;
  readonly #parts = new Map<string, IoComponent | undefined>();
  /** What was heard is dealt with in its order. */
  #last: Promise<void> = Promise.resolve();

  /** @param stacks whether failures are told with their stacks */
  constructor(options: {
    place: Place;
    path: string;
    owner: string;
    assets: AssetStore;
    background: Background;
    stacks: boolean;
    tell: TellPage;
  }) {
    this.place = options.place;
    this.path = options.path;
    this.owner = options.owner;
    this.#assets = options.assets;
    this.#background = options.background;
    this.#stacks = options.stacks;
    this.#tell = options.tell;
  }

  /** A host was asked for the page. */
  opening(host: AttachedHost, pageId: string): void {
    this.#become(host, pageId);
    this.#tell({ pageId, kind: { case: "opening", value: {} } });
  }

  /** No host serves the page. */
  waits(): void {
    this.#become(undefined, "");
    this.#tell({ kind: { case: "waiting", value: {} } });
  }

  /** The component of a part that is shown. */
  component(key: string): IoComponent | undefined {
    return this.#parts.get(key);
  }

  /**
   * Takes what the host says of its session.
   *
   * @param fault what is wrong with the frame, if anything
   */
  heard(frame: HostFrame, fault?: string): void {
    const { pageId } = this;
    // A store that cannot say so just now refuses this part; those that follow are not held up.
    const foreign =
      fault === undefined
        ? foreignAsset(pageId, frame, this.#assets)?.catch(
            () => "What it names could not be looked up. Open the page again.",
          )
        : undefined;
    this.#last = this.#last.then(async () => {
      const found = fault ?? (await foreign);
      if (pageId === this.pageId) this.#background.run("a frame of a page", () => this.#take(frame, found));
    });
  }

  #become(host: AttachedHost | undefined, pageId: string): void {
    this.host = host;
    this.pageId = pageId;
    this.#parts.clear();
  }

  #take({ body }: HostFrame, fault: string | undefined): void {
    if (body.case === "page") this.#shown(fault === undefined ? body.value : refusedPage(fault));
    if (body.case === "refreshed") this.#refreshed(body.value);
    if (body.case === "part") this.#part(fault === undefined ? body.value : refusedPart(body.value, fault));
  }

  #shown(shown: PageShown): void {
    const { outcome } = shown;
    const keys = new Set(outcome.case === "layout" ? outcome.value.parts : []);
    for (const key of this.#parts.keys()) if (!keys.has(key)) this.#parts.delete(key);
    for (const key of keys) if (!this.#parts.has(key)) this.#parts.set(key, undefined);
    const value = this.#stacks ? shown : shownWithoutStack(shown);
    this.#tell({ pageId: this.pageId, kind: { case: "shown", value } });
  }

  #refreshed(refreshed: PageRefreshed): void {
    const value = this.#stacks ? refreshed : refreshedWithoutStack(refreshed);
    this.#tell({ pageId: this.pageId, kind: { case: "refreshed", value } });
  }

  #part(part: PagePart): void {
    const { key, content } = part;
    if (!this.#parts.has(key)) return;
    this.#parts.set(key, content.case === "component" ? content.value : undefined);
    const value = this.#stacks ? part : partWithoutStack(part);
    this.#tell({ pageId: this.pageId, kind: { case: "part", value } });
  }
}

function refusedPart({ key }: PagePart, message: string): PagePart {
  return create(PagePartSchema, { key, content: { case: "failure", value: refusal(message) } });
}

function refusedPage(message: string): PageShown {
  return create(PageShownSchema, { outcome: { case: "failure", value: refusal(message) } });
}

function refusal(message: string): Failure {
  return create(FailureSchema, { type: "BadResponseError", message, reason: FailureReason.PROTOCOL });
}
