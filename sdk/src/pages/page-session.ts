import { clone, create, type MessageInitShape } from "@bufbuild/protobuf";
import { type Failure, type OpenPage, PageLayoutSchema, PagePartSchema, PageShownSchema } from "@interval/proto";
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
import { isInterruption, type Thrown, watched } from "../run/report.ts";
import { aside, withAmbient } from "../run/storage.ts";
import { Stored } from "../run/stored.ts";
import { Unused } from "../run/unused.ts";
import { type PageCtx, readOpening } from "./page-context.ts";
import { readLayout } from "./read-layout.ts";

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

/** A page as one tab looks at it: its handler is called once, its parts are sent as they get there, and asked for more. */
export class PageSession implements Performer {
  readonly #options: PageSessionOptions;
  readonly #abort = new AbortController();
  readonly #ctx: PageCtx;
  readonly #assets: Assets;
  readonly #stored: Stored;
  readonly unused = new Unused();
  readonly unusedFault = "is not shown. Put it into the children of the Layout that the handler returns.";
  readonly #served = new Map<string, Serve>();
  readonly #patches = new Patches(
    (_, field) => this.#send(field),
    (error, { component }) => this.#tell({ error, origin: "data", what: `a value of "${component.label}"` }),
  );

  constructor(options: PageSessionOptions) {
    this.#options = options;
    this.#ctx = readOpening(options.opening, this.#abort.signal);
    this.#assets = assetsOf(options.assets, options.id);
    this.#stored = new Stored(this.#assets);
  }

  /** Calls the handler, and shows what it gives. It never rejects: what goes wrong is shown. */
  async open(): Promise<void> {
    const unawaited = (error: unknown) =>
      this.#tell({ error, origin: "unawaited", what: "a promise that nobody awaited" });
    await withAmbient({ run: this, ctx: this.#ctx, unawaited }, async () => {
      try {
        const { handler } = this.#options.page.definition;
        const given: unknown = await handler?.(createIo(() => this).display, this.#ctx);
        if (this.#abort.signal.aborted) return;
        if (given === undefined || given === null) return this.#say({ case: "listing", value: {} });
        if (!(given instanceof Layout)) {
          throw new HostMisuseError(`A page's handler must return new Layout({ ... }) or nothing, not ${show(given)}.`);
        }
        await this.#show(given);
      } catch (error) {
        this.#showFailure(error);
      } finally {
        for (const sentence of this.unused.end(this.#abort.signal)) this.#options.warn(sentence);
      }
    });
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
    this.#abort.abort(new RunClosedError(reason));
    this.#patches.stop();
    this.#served.clear();
  }

  async #show(given: Layout): Promise<void> {
    const { layout, parts, later } = readLayout(given.definition);
    const say = () => this.#say({ case: "layout", value: clone(PageLayoutSchema, layout) });
    say();
    const failed = (error: unknown) => this.#tell({ error, origin: "data", what: "a part of its layout" });
    later?.({ changed: say, failed }).catch((error: unknown) => this.#showFailure(error));
    await Promise.all([...parts].map(([key, described]) => this.#part(key, described)));
  }

  /** Shows in place of the page why it cannot be shown. */
  #showFailure(error: unknown): void {
    this.#say({ case: "failure", value: this.#failed(error) });
  }

  /** Shows one part, or in its place why it cannot be shown. */
  async #part(key: string, described: Spec): Promise<void> {
    const within = aside();
    try {
      const [field] = compose(described, this.#assets).fields;
      if (!field) return;
      const { component, built } = field;
      field.key = component.key = key;
      const serve = built.serve && offered(component, built.serve);
      const tell = (error: unknown) => this.#tell({ error, origin: "data", what: `what "${component.label}" shows` });
      if (serve) this.#served.set(key, watched(serve, { within, tell, warn: () => this.#warn(field) }));
      await orAborted(this.#abort.signal, Promise.resolve(built.before?.(this.#abort.signal)));
      await this.#send(field);
      this.#patches.follow(key, [field]);
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
    if (this.#abort.signal.aborted) return;
    this.#options.say({ case: "page", value: create(PageShownSchema, { outcome }) });
  }

  #sayPart(key: string, content: Content): void {
    if (this.#abort.signal.aborted) return;
    this.#options.say({ case: "part", value: create(PagePartSchema, { key, content }) });
  }
}
