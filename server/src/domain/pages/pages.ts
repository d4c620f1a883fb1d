import {
  type CatalogEntry,
  type HostFrame,
  type IoComponent,
  isOver,
  type PageTopic,
  RunTrigger,
} from "@interval/proto";
import type { Caller } from "../../auth/identity.ts";
import { newId } from "../../ids.ts";
import type { AssetStore } from "../../store/store.ts";
import { actorOf, canOpen, canSeeStacks, ownerOf, type Place, scopeKey } from "../access/place.ts";
import type { Background } from "../background.ts";
import { NotFoundError, PreconditionError, UnavailableError } from "../errors.ts";
import type { AttachedHost } from "../hosts/attached-host.ts";
import type { Hosts } from "../hosts/hosts.ts";
import { programContext } from "../hosts/program-context.ts";
import type { Runs } from "../runs/runs.ts";
import { PageView, type TellPage } from "./page-view.ts";

/** The pages that tabs look at. Each is shown by one host, and by the next one once that is gone. Nothing of them is stored. */
export class Pages {
  readonly #runs: Pick<Runs, "lists">;
  readonly #hosts: Hosts;
  readonly #assets: AssetStore;
  readonly #publicUrl: string;
  readonly #background: Background;
  /** By page session, also those before the present one: what they have shown stays on screen. */
  readonly #views = new Map<string, PageView>();

  constructor(parts: {
    runs: Pick<Runs, "lists">;
    hosts: Hosts;
    assets: AssetStore;
    publicUrl: string;
    background: Background;
  }) {
    this.#runs = parts.runs;
    this.#hosts = parts.hosts;
    this.#assets = parts.assets;
    this.#publicUrl = parts.publicUrl;
    this.#background = parts.background;
  }

  /**
   * Opens a page for a tab, and keeps it open over the loss of its host.
   *
   * @param denied called once the caller may not open the page any more
   * @returns closes it
   * @throws {NotFoundError} for a page that there is not, or that the caller may not open
   * @throws {PreconditionError} for what has no handler
   */
  open(
    caller: Caller,
    place: Place,
    topic: PageTopic,
    { tell, denied }: { tell: TellPage; denied: () => void },
  ): () => void {
    const path = topic.page;
    assertShows(path, this.#entry(path, place));
    const view = new PageView({
      place,
      path,
      owner: ownerOf(caller),
      assets: this.#assets,
      background: this.#background,
      stacks: canSeeStacks(caller, place.organization.id),
      tell,
    });
    const { kind } = actorOf(caller, place.organization.id);
    const user = kind.case === "user" ? kind.value : undefined;
    const context = programContext(this.#publicUrl, place, { path, user, trigger: RunTrigger.OPERATOR });
    const sessions: string[] = [];
    const look = () => {
      const entry = this.#entry(path, place);
      const { host } = view;
      if (!entry && this.#hosts.entries(place.scope).has(path)) return denied();
      if (host && this.#hosts.ofInstance(place.scope, host.instanceId) === host) return;
      const next = entry && this.#hosts.choose(place.scope, path);
      if (!next) return view.waits();
      const pageId = newId("page");
      sessions.push(pageId);
      this.#views.set(pageId, view);
      view.opening(next, pageId);
      say(next, pageId, { case: "openPage", value: { page: path, params: topic.params, context } });
    };
    const ends = [
      this.#hosts.changes.listen(scopeKey(place.scope), look),
      // An action that was started from this page has perhaps changed what it shows.
      this.#runs.lists.listen(scopeKey(place.scope), ({ run }) => {
        if (run.page === path && isOver(run)) askToRefresh(view, "");
      }),
    ];
    look();
    return () => {
      for (const end of ends) end();
      for (const pageId of sessions) this.#views.delete(pageId);
      if (view.host) say(view.host, view.pageId, { case: "closePage", value: {} });
    };
  }

  /**
   * A host has said something of a page session. What is of another host's, or of one that is closed, is skipped.
   *
   * @param fault what is wrong with the frame, if anything
   */
  heard(host: AttachedHost, pageId: string, frame: HostFrame, fault?: string): void {
    const view = this.#views.get(pageId);
    if (view?.pageId === pageId && view.host === host) view.heard(frame, fault);
  }

  /**
   * A part that is shown to a caller, and the host that shows it. Somebody else's is not found.
   * @throws {NotFoundError} when there is none
   */
  part(caller: Caller, pageId: string, key: string): { host: AttachedHost; component: IoComponent } {
    const view = this.#views.get(pageId);
    const isOwn = view?.pageId === pageId && view.owner === ownerOf(caller);
    const component = isOwn ? view.component(key) : undefined;
    if (!view?.host || !component)
      throw new NotFoundError(`No page is open that shows something under the key "${key}".`);
    return { host: view.host, component };
  }

  /**
   * Asks the host that shows a page to a caller to read it again. Somebody else's page is not found.
   * @throws {NotFoundError} when the page session is not open
   * @throws {UnavailableError} while no host shows the page
   */
  refresh(caller: Caller, pageId: string, partKey: string): void {
    const view = this.#views.get(pageId);
    if (view?.owner !== ownerOf(caller)) throw new NotFoundError("This page is not open. Open it again.");
    if (!view.host) throw new UnavailableError("No host shows this page just now. It is opened again once one does.");
    askToRefresh(view, partKey);
  }

  /** Whether a caller is a host of the environment in which a page session is open, and a host's process of it shows the page. */
  isShownBy(caller: Caller, instanceId: string, pageId: string): boolean {
    const view = this.#views.get(pageId);
    return view?.pageId === pageId && isHostOf(view, caller) && view.host?.instanceId === instanceId;
  }

  /** Whether a page session is a caller's own, or of the caller's environment for a host. */
  isOf(caller: Caller, pageId: string): boolean {
    const view = this.#views.get(pageId);
    return view !== undefined && (view.owner === ownerOf(caller) || isHostOf(view, caller));
  }

  /** How many page sessions there are. */
  get size(): number {
    return this.#views.size;
  }

  /** The organization in which a page session is open; empty for none. */
  organizationOf(pageId: string): string {
    return this.#views.get(pageId)?.place.organization.id ?? "";
  }

  isOpen(pageId: string): boolean {
    return this.#views.has(pageId);
  }

  /** What hosts say of a page that somebody may open. */
  #entry(path: string, place: Place): CatalogEntry | undefined {
    const entries = this.#hosts.entries(place.scope);
    const entry = entries.get(path);
    return entry && canOpen(path, entries, place) ? entry : undefined;
  }
}

function assertShows(path: string, entry: CatalogEntry | undefined): void {
  if (!entry) throw new NotFoundError(`There is no page "${path}".`);
  const kind = entry.route?.kind;
  if (kind?.case !== "page") throw new PreconditionError(`"${path}" is an action, not a page.`);
  if (!kind.value.hasHandler) throw new PreconditionError(`The page "${path}" has no layout: it lists what it holds.`);
}

function askToRefresh({ host, pageId }: PageView, partKey: string): void {
  if (host) say(host, pageId, { case: "refreshPage", value: { partKey } });
}

function isHostOf({ place }: PageView, caller: Caller): boolean {
  return caller.kind === "host" && scopeKey(caller.key.scope) === scopeKey(place.scope);
}

function say(host: AttachedHost, pageId: string, body: Parameters<AttachedHost["send"]>[0]["body"]): void {
  host.send({ scope: { case: "pageId", value: pageId }, body });
}
