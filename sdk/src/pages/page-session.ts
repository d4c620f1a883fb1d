import { clone, create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  type Failure,
  type OpenPage,
  PageLayoutSchema,
  PagePartSchema,
  PageRefreshedSchema,
  PageShownSchema,
} from "@interval/proto";
import { type AssetStore, type Assets, assetsOf } from "../assets/assets.ts";
import { HostMisuseError, RunClosedError } from "../errors.ts";
import type { FrameBody } from "../host/frame.ts";
import { compose, type Field } from "../io/compose.ts";
import { createIo } from "../io/io.ts";
import type { Serve } from "../io/method.ts";
import { offered } from "../io/offered.ts";
import { show } from "../io/props.ts";
import type { Performer, Spec } from "../io/spec.ts";
import { Layout } from "../layout.ts";
import type { Page } from "../page.ts";
import { toFailure } from "../run/failure.ts";
import { orAborted } from "../run/or-aborted.ts";
import { Patches } from "../run/patches.ts";
import { Refreshes, type Wanted } from "../run/refreshes.ts";
import { isInterruption, type Thrown, watched } from "../run/report.ts";
import { aside, withAmbient } from "../run/storage.ts";
import { Stored } from "../run/stored.ts";
import { Unused } from "../run/unused.ts";
import { type PageCtx, readOpening } from "./page-context.ts";
import { type ReadLayout, readLayout } from "./read-layout.ts";

type Outcome = NonNullable<MessageInitShape<typeof PageShownSchema>["outcome"]>;
type Content = NonNullable<MessageInitShape<typeof PagePartSchema>["content"]>;

/** What a page session needs. */
export interface PageSessionOptions {
  id: string;
  page: Page;
  opening: OpenPage;
  /** Where its bytes are kept. */
  assets: AssetStore;
  say: (body: FrameBody) => void;
  /** Told of what the developer should know of. */
  warn: (text: string) => void;
  /** Told of everything that the program throws. */
  onThrown: (thrown: Thrown, page: Page, ctx: PageCtx) => void;
}

/** A page as one tab looks at it: its handler makes its parts, which are sent as they get there, asked for more, and read again. */
export class PageSession implements Performer {
  readonly #options: PageSessionOptions;
  readonly #abort = new AbortController();
  readonly #ctx: PageCtx;
  readonly #assets: Assets;
  readonly #stored: Stored;
  readonly unused = new Unused();
  readonly unusedFault = "is not shown. Put it into the children of the Layout that the handler returns.";
  readonly #served = new Map<string, Serve>();
  /** What was last sent of each part, and of the page itself under "". */
  readonly #sent = new Map<string, Uint8Array>();
  readonly #refreshes: Refreshes;
  readonly #forget: () => void;
  #patches = this.#newPatches();

  constructor(options: PageSessionOptions) {
    this.#options = options;
    const { signal } = this.#abort;
    this.#ctx = readOpening(options.opening, signal, (part) => this.refresh(part));
    this.#assets = assetsOf(options.assets, options.id);
    this.#stored = new Stored(this.#assets);
    this.#refreshes = new Refreshes((wanted) => this.#readAgain(wanted), signal);
    this.#forget = options.page.opened(this);
  }

  /** Calls the handler, and shows what it gives. It never rejects: what goes wrong is shown. */
  async open(): Promise<void> {
    await this.#inHandler(async () => {
      try {
        const layout = await this.#callHandler();
        if (layout) await this.#show(layout);
      } catch (error) {
        this.#showFailure(error);
      } finally {
        for (const sentence of this.unused.end(this.#abort.signal)) this.#options.warn(sentence);
      }
    });
  }

  /**
   * Calls the handler again, and shows what has changed: what is on screen stays until then, also where it fails. It never rejects.
   * @param part the one part to refresh
   */
  async refresh(part?: string): Promise<void> {
    await this.#refreshes.ask(part);
  }

  /** A page asks nothing: what is awaited in its handler would wait for an answer that cannot come. */
  perform({ method }: Spec): Promise<never> {
    const advice = method.startsWith("io.display")
      ? "Put it into the children of the Layout without awaiting it."
      : "A page only shows. Link to an action that asks.";
    return Promise.reject(new HostMisuseError(`${method} cannot be awaited in a page. ${advice}`));
  }

  /** What answers the fetches of a part; undefined when there is no such part. */
  serving(key: string): Serve | undefined {
    return this.#served.get(key);
  }

  /** Nobody looks at the page any more. */
  close(reason: string): void {
    this.#forget();
    this.#abort.abort(new RunClosedError(reason));
    this.#patches.stop();
    this.#served.clear();
  }

  /** Shows in place of the page why it cannot be shown. */
  #showFailure(error: unknown): void {
    this.#say({ case: "failure", value: this.#failed(error) });
  }

  /** Does something where the program's own code finds its page, and is told of promises that it forgets. */
  async #inHandler(work: () => Promise<void>): Promise<void> {
    const unawaited = (error: unknown) =>
      this.#tell({ error, origin: "unawaited", what: "a promise that nobody awaited" });
    await withAmbient({ run: this, ctx: this.#ctx, unawaited }, work);
  }

  /** What the handler gives; undefined where it gives none, which is shown as a listing, or nobody looks any more. */
  async #callHandler(): Promise<ReadLayout | undefined> {
    const { handler } = this.#options.page.definition;
    const given: unknown = await handler?.(createIo(() => this).display, this.#ctx);
    if (this.#abort.signal.aborted) return undefined;
    if (given === undefined || given === null) {
      this.#say({ case: "listing", value: {} });
      return undefined;
    }
    if (given instanceof Layout) return readLayout(given.definition);
    throw new HostMisuseError(`A page's handler must return new Layout({ ... }) or nothing, not ${show(given)}.`);
  }

  async #show({ layout, parts, later, refreshEvery }: ReadLayout): Promise<void> {
    const patches = this.#patches;
    const say = () => {
      if (patches === this.#patches) this.#say({ case: "layout", value: clone(PageLayoutSchema, layout) }); // else it was read again
    };
    say();
    later?.({ changed: say, failed: this.#layoutFailed }).catch((error: unknown) => this.#showFailure(error));
    this.#refreshes.askIn(refreshEvery);
    await Promise.all([...parts].map(([key, described]) => this.#part(key, described, "as it gets there")));
  }

  /** Reads the page again. Everything that is late is waited for, so that nothing on screen becomes a skeleton again. */
  async #readAgain(wanted: Wanted): Promise<void> {
    const partKey = wanted !== "all" && wanted.size === 1 ? [...wanted].join() : "";
    let failure: Failure | undefined;
    await this.#inHandler(async () => {
      try {
        const read = await this.#callHandler();
        if (!read) return;
        this.#refreshes.askIn(read.refreshEvery);
        this.#patches.stop();
        this.#patches = this.#newPatches();
        if (wanted === "all") await this.#showAgain(read);
        const parts = [...read.parts].filter(([key]) => wanted === "all" || wanted.has(key));
        await Promise.all(parts.map(([key, described]) => this.#part(key, described, "whole")));
      } catch (error) {
        failure = this.#failed(error);
      }
    });
    if (!this.#abort.signal.aborted) {
      this.#options.say({ case: "refreshed", value: create(PageRefreshedSchema, { partKey, failure }) });
    }
  }

  /** Shows a layout in place of the one before it. */
  async #showAgain({ layout, parts, later }: ReadLayout): Promise<void> {
    await later?.({ changed: () => {}, failed: this.#layoutFailed });
    this.#say({ case: "layout", value: layout });
    for (const key of [...this.#served.keys(), ...this.#sent.keys()]) {
      if (key === "" || parts.has(key)) continue;
      this.#served.delete(key);
      this.#sent.delete(key);
    }
  }

  readonly #layoutFailed = (error: unknown): void =>
    this.#tell({ error, origin: "data", what: "a part of its layout" });

  /** Shows one part, or in its place why it cannot be shown. */
  async #part(key: string, described: Spec, when: "as it gets there" | "whole"): Promise<void> {
    const within = aside();
    try {
      const [field] = compose(described, this.#assets).fields;
      if (!field) return;
      const { component, built } = field;
      field.key = component.key = key;
      const serve = built.serve && offered(component, built.serve);
      const tell = (error: unknown) => this.#tell({ error, origin: "data", what: `what "${component.label}" shows` });
      await orAborted(this.#abort.signal, Promise.resolve(built.before?.(this.#abort.signal)));
      if (when === "whole") {
        const whole = Promise.resolve(built.later?.({ changed: () => {}, failed: tell }));
        await orAborted(this.#abort.signal, whole);
      }
      if (serve) this.#served.set(key, watched(serve, { within, tell, warn: () => this.#warn(field) }));
      await this.#send(field);
      if (when !== "whole") this.#patches.follow(key, [field]);
    } catch (error) {
      this.#fail(key, error);
    }
  }

  async #send(field: Field): Promise<void> {
    const { key, component, built, uploads } = field;
    this.#warn(field);
    try {
      await uploads.done();
      component.kind = built.kind;
      const value = await this.#stored.component(field);
      this.#sayPart(key, { case: "component", value });
    } catch (error) {
      this.#fail(key, error);
    }
  }

  #warn({ warnings }: Field): void {
    for (const warning of warnings.splice(0)) this.#options.warn(warning);
  }

  #newPatches(): Patches {
    return new Patches(
      (_, field) => this.#send(field),
      (error, { component }) => this.#tell({ error, origin: "data", what: `a value of "${component.label}"` }),
    );
  }

  #fail(key: string, error: unknown): void {
    if (!this.#abort.signal.aborted) this.#sayPart(key, { case: "failure", value: this.#failed(error) });
  }

  #failed(error: unknown): Failure {
    this.#tell({ error, origin: "handler" });
    return toFailure(error);
  }

  /** Tells the developer, unless it says only that nobody looks any more. */
  #tell(thrown: Thrown): void {
    const { page, onThrown } = this.#options;
    if (!isInterruption(thrown.error, this.#abort.signal)) onThrown(thrown, page, this.#ctx);
  }

  #say(outcome: Outcome): void {
    const value = create(PageShownSchema, { outcome });
    if (this.#isNew("", toBinary(PageShownSchema, value))) this.#options.say({ case: "page", value });
  }

  #sayPart(key: string, content: Content): void {
    const value = create(PagePartSchema, { key, content });
    if (this.#isNew(key, toBinary(PagePartSchema, value))) this.#options.say({ case: "part", value });
  }

  /** Whether something differs from what was last sent in its place. */
  #isNew(place: string, bytes: Uint8Array): boolean {
    const before = this.#sent.get(place);
    if (this.#abort.signal.aborted || (before && Buffer.compare(before, bytes) === 0)) return false;
    this.#sent.set(place, bytes);
    return true;
  }
}
