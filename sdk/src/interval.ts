import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { type Timestamp, timestampNow } from "@bufbuild/protobuf/wkt";
import { HelloSchema, limits, type RouteFault, type Welcome } from "@interval/proto";
import packageJson from "../package.json" with { type: "json" };
import type { Action } from "./action.ts";
import { HttpAssets } from "./assets/http-assets.ts";
import { type IntervalConfig, readAccess, readLogLevel, readName, unknownOptions } from "./config.ts";
import { HostMisuseError } from "./errors.ts";
import { Attachment } from "./host/attach.ts";
import { Dispatcher } from "./host/dispatch.ts";
import { InProcess } from "./host/in-process.ts";
import { Offer } from "./host/offer.ts";
import { findProgram, type Program } from "./host/program.ts";
import { watchUnawaited } from "./host/unawaited.ts";
import { createLogger, type Logger } from "./logger.ts";
import type { Page, Route } from "./page.ts";
import type { PageCtx } from "./pages/page-context.ts";
import { describeFault, fileOfRoute, loadDirectory, toRouteFaults } from "./routes/file-system.ts";
import { RouteTree } from "./routes/tree.ts";
import type { ActionCtx } from "./run/context.ts";
import type { Thrown } from "./run/report.ts";
import { detailsOf, messageOf, shorten } from "./thrown.ts";

/** How many characters of the names of routes a line of the log shows. */
const shownNames = 500;

/**
 * A host: offers actions and pages to a server, and runs them in this process.
 *
 * @example
 * const interval = new Interval({ apiKey: process.env.INTERVAL_API_KEY, routesDirectory: path.resolve(__dirname, "routes") });
 * await interval.listen();
 */
export class Interval {
  /** Adds and removes routes by path, also while listening; the server hears of it once per batch. */
  readonly routes: { add: (slug: string, route: Route) => void; remove: (slug: string) => void };
  readonly #config: IntervalConfig;
  readonly #logger: Logger;
  readonly #tree: RouteTree;
  readonly #dispatcher: Dispatcher;
  /** The same over all connections of this process. */
  readonly #instanceId = randomUUID();
  /** Files of routes that could not be used. */
  #routeFaults: RouteFault[] = [];
  readonly #offer: Offer;
  /** Its place among the hosts of this process, while it listens. */
  #inProcess: InProcess | undefined;
  /** When the server first accepted this process, by its clock. */
  #attachTime: Timestamp | undefined;
  #program: Program | undefined;
  #attachment: Attachment | undefined;
  #listening: Promise<void> | undefined;
  /** Ends the watch over promises that nobody awaits. */
  #unwatch = () => {};

  /** @throws {HostMisuseError} for routes with an invalid slug; every other fault is told by `listen()` */
  constructor(config: IntervalConfig = {}) {
    this.#config = config;
    this.#logger = createLogger(readLogLevel(config));
    for (const name of unknownOptions(config)) this.#logger.warn(`new Interval(): the option "${name}" is not known.`);
    this.#tree = new RouteTree(config.routes, () => this.#announceRoutes());
    this.#offer = new Offer(this.#tree, this.#logger);
    this.routes = {
      add: (slug, route) => this.#tree.add(slug, route),
      remove: (slug) => this.#tree.remove(slug),
    };
    this.#dispatcher = new Dispatcher({
      instanceId: this.#instanceId,
      logger: this.#logger,
      assets: new HttpAssets(() => readAccess(config, process.env), this.#instanceId),
      route: (path) => this.#tree.get(path),
      onThrown: (thrown, route, ctx) => void this.#report(thrown, route, ctx),
    });
  }

  /** Whether the server has accepted the host and can be heard. */
  get isConnected(): boolean {
    return this.#attachment?.state === "online";
  }

  /**
   * Connects, and resolves when the server has accepted the host. A server that cannot be reached is tried again and again, and each try is
   * reported.
   *
   * @throws {HostMisuseError} for a fault of the configuration
   * @throws {ConnectionError} when the server refuses the key, the catalogue, or the protocol
   */
  listen(): Promise<void> {
    this.#listening ??= this.#listen();
    return this.#listening;
  }

  /**
   * Resolves with true when the server is heard.
   *
   * @param timeoutMs how long to wait; 9 seconds by default
   * @throws {ConnectionError} while there is no connection
   * @throws {TimeoutError} when the server is silent for too long
   */
  async ping(timeoutMs: number = limits.heartbeatTimeoutMs): Promise<boolean> {
    if (!this.#attachment) throw new HostMisuseError("Call listen() before ping().");
    await this.#attachment.ping(timeoutMs);
    return true;
  }

  /** Takes no new runs, lets open ones finish, and leaves. Other hosts with the same actions go on. */
  async safelyClose(): Promise<void> {
    this.#beginClosing();
    this.#announceRoutes();
    await this.#dispatcher.idle();
    await this.immediatelyClose();
  }

  /** Leaves at once. Open runs end: their pending calls reject. */
  async immediatelyClose(): Promise<void> {
    this.#beginClosing();
    await this.#attachment?.close("The program has closed its host.");
    this.#dispatcher.closeAll("The program has closed its host.");
    this.#unwatch();
  }

  /** The same as `safelyClose()`. */
  close(): Promise<void> {
    return this.safelyClose();
  }

  #beginClosing(): void {
    this.#offer.isClosing = true;
    this.#inProcess?.leave();
    this.#inProcess = undefined;
  }

  async #listen(): Promise<void> {
    const access = readAccess(this.#config, process.env);
    const { routesDirectory } = this.#config;
    const place = { routesDirectory, script: process.argv[1], workingDirectory: process.cwd() };
    this.#program = findProgram({ ...place, name: readName(this.#config) });
    this.#offer.name = this.#program.name;
    await this.#loadRoutes();
    this.#tree.all();
    this.#inProcess = new InProcess(`${access.baseUrl} ${access.apiKey}`, () => this.#giveWay());
    this.#attachment = new Attachment({
      ...access,
      logger: this.#logger,
      dispatcher: this.#dispatcher,
      hello: () => this.#hello(),
      onWelcome: (welcome, again) => this.#welcomed(welcome, again),
    });
    this.#unwatch = watchUnawaited();
    try {
      await this.#attachment.start();
    } catch (error) {
      this.#unwatch();
      this.#inProcess?.leave();
      throw error;
    }
  }

  async #loadRoutes(): Promise<void> {
    const { routesDirectory } = this.#config;
    if (routesDirectory === undefined) return;
    const loaded = await loadDirectory(routesDirectory).catch((cause: unknown) => {
      throw new HostMisuseError(`"routesDirectory" cannot be read: ${messageOf(cause)}`, { cause });
    });
    const { faults, page, files } = loaded;
    const known = new Map<string, string>();
    for (const fault of faults) this.#logger.error(describeFault(fault));
    for (const [slug, route] of page.routes) {
      if (!this.#tree.root.routes.has(slug)) {
        this.#tree.add(slug, route);
        for (const [path, file] of files) if (isWithin(path, slug)) known.set(path, fileOfRoute(file, routesDirectory));
        continue;
      }
      const error = `The route "${slug}" of ${routesDirectory} is left out: "routes" has one of that name.`;
      this.#logger.error(error);
      faults.push({ path: join(routesDirectory, slug), error });
    }
    this.#offer.files = known;
    this.#routeFaults = toRouteFaults(faults, routesDirectory);
  }

  #hello() {
    const { name, version } = packageJson;
    return create(HelloSchema, {
      ...this.#program,
      sdkName: name,
      sdkVersion: version,
      protocolMin: limits.protocol.min,
      protocolMax: limits.protocol.max,
      instanceId: this.#instanceId,
      attachTime: this.#attachTime,
      catalog: this.#offer.catalogOrBefore(),
      routeFaults: this.#routeFaults,
      liveRuns: this.#dispatcher.liveRuns(),
    });
  }

  #announceRoutes(): void {
    try {
      if (this.#attachTime) this.#inProcess?.offer(this.#tree.all().keys());
      this.#attachment?.send({
        case: "routes",
        value: {
          $typeName: "interval.host.v1.RoutesChanged",
          catalog: this.#offer.catalog(),
          routeFaults: this.#routeFaults,
        },
      });
    } catch (error) {
      this.#logger.error(`The routes have changed, but cannot be offered: ${messageOf(error)}`);
    }
  }

  /** Newer hosts of this process offer something else than before: they take the new runs of what they offer. */
  #giveWay(): void {
    try {
      const { lost, regained } = this.#offer.giveUp(this.#inProcess?.taken() ?? new Set());
      if (!this.#attachTime) return; // told once the server has accepted it
      if (this.#offer.isReplaced) {
        this.#logger.info(
          "A newer Interval of this process offers the same, as after a reload, and takes the new runs. This one leaves once its open runs have ended.",
        );
        this.safelyClose().catch((error: unknown) => this.#logger.error(`It could not leave: ${messageOf(error)}`));
        return;
      }
      if (lost.length + regained.length === 0) return;
      const names = lost.map((path) => `"${path}"`).join(", ");
      if (names)
        this.#logger.info(`A newer Interval of this process takes the new runs of ${shorten(names, shownNames)}.`);
      this.#announceRoutes();
    } catch (error) {
      this.#logger.error(`The routes of a newer Interval could not be left to it: ${messageOf(error)}`);
    }
  }

  #welcomed({ dashboardUrl, environment, warnings, attachTime }: Welcome, again: boolean): void {
    this.#attachTime ??= attachTime ?? timestampNow();
    this.#inProcess?.offer(this.#tree.all().keys());
    if (this.#offer.isReplaced) this.#giveWay();
    if (again) this.#logger.info("Connected again.");
    else this.#logger.info(`Connected to ${environment}. Dashboard: ${dashboardUrl}`);
    for (const warning of warnings) this.#logger.warn(warning);
  }

  /** Tells the developer what a program threw. It never rejects, whatever `onError` does. */
  async #report({ error, origin, what }: Thrown, definition: Action | Page, ctx: ActionCtx | PageCtx): Promise<void> {
    const { params, environment, user, organization } = ctx;
    const [kind, route, run] = "run" in ctx ? ["action", ctx.action.slug, ctx.run] : ["page", ctx.page.slug];
    const where = what === undefined ? `The ${kind} "${route}"` : `In the ${kind} "${route}" ${what}`;
    this.#logger.error(`${where} failed${run ? ` (${run.id})` : ""}: ${detailsOf(error)}`);
    const report = { error, origin, route, routeDefinition: definition, params, environment, user, organization, run };
    try {
      await this.#config.onError?.(report);
    } catch (fault) {
      this.#logger.error(`onError itself failed: ${detailsOf(fault)}`);
    }
  }
}

/** Whether a path is a route of this slug, or below it. */
function isWithin(path: string, slug: string): boolean {
  return path === slug || path.startsWith(`${slug}/`);
}
