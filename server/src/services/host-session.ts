import { create, toBinary } from "@bufbuild/protobuf";
import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import {
  byteCount,
  checkMessage,
  FailureReason,
  FailureSchema,
  type Fetched,
  FetchedSchema,
  type Hello,
  HelloSchema,
  type HostFrame,
  HostFrameSchema,
  HostService,
  HostTransport,
  limits,
  type ResumedRun,
  type ServerFrame,
} from "@interval/proto";
import { placeOfKey } from "../domain/access/place.ts";
import { InvalidError, PreconditionError, QuotaError } from "../domain/errors.ts";
import { AttachedHost } from "../domain/hosts/attached-host.ts";
import { checkCatalog } from "../domain/hosts/catalog.ts";
import { newId } from "../ids.ts";
import { callerOf, onCallerChanged } from "./caller.ts";
import type { Parts } from "./parts.ts";

/** A host that is attached, by whichever RPC: from its hello until its stream ends, for whatever reason. */
export class HostSession {
  readonly #parts: Parts;
  readonly #host: AttachedHost;
  #stops: Array<() => void> = [];

  private constructor(parts: Parts, host: AttachedHost) {
    this.#parts = parts;
    this.#host = host;
  }

  /**
   * Accepts a host: it is listed, and told what becomes of its runs and what it has missed. The session ends with the request at the latest.
   *
   * @throws {ConnectError} UNAUTHENTICATED, FAILED_PRECONDITION or INVALID_ARGUMENT, as `Attach` says
   */
  static async begin(parts: Parts, context: HandlerContext, hello: Hello): Promise<HostSession> {
    const { host, verdicts } = await welcome(parts, context, hello);
    const session = new HostSession(parts, host);
    const end = () => session.end();
    context.signal.addEventListener("abort", end, { once: true });
    session.#stops = [
      keepAlive(parts, host),
      onCallerChanged(context, { everyMs: parts.config.timing.heartbeatIntervalMs, background: parts.background }, end),
      () => context.signal.removeEventListener("abort", end),
    ];
    if (context.signal.aborted) end();
    // With thousands of runs it takes its time: the host is welcomed and heard meanwhile.
    parts.runs.link.resume(host, hello.liveRuns, verdicts).catch((error: unknown) => {
      parts.logger.error({ err: error, host: host.id }, "a host could not go on with its runs");
      end();
    });
    return session;
  }

  /** What is to be sent, the welcome first, in batches until the session is over. For one reader. */
  async *batches(): AsyncGenerator<ServerFrame[]> {
    for await (const batch of this.#host.frames) {
      this.#host.tookAt = performance.now();
      yield batch;
    }
  }

  get isOver(): boolean {
    return this.#host.frames.closed;
  }

  /** The host is there, whatever it says. */
  heard(): void {
    this.#host.heardAt = performance.now();
  }

  /**
   * Takes a frame. Commands of one run are put into its queue in the order in which they are heard; nothing here waits for a disk. A frame that
   * breaks the limits of messages fails its run, page or fetch alone.
   */
  hear(frame: HostFrame): void {
    this.heard();
    const host = this.#host;
    const { runs, hosts, fetches, pages } = this.#parts;
    const { scope, body } = frame;
    const fault = frameFault(frame);
    if (body.case === "goodbye") {
      if (leave(this.#parts, host)) runs.link.left(host);
    } else if (body.case === "fetched") {
      fetches.answered(host, fault === undefined ? body.value : refusedFetch(body.value, fault));
    } else if (scope.case === "runId") {
      if (frame.sequence > 0n) this.#hearOfRun(scope.value, frame, fault);
    } else if (scope.case === "pageId") {
      pages.heard(host, scope.value, frame, fault);
    } else if (body.case === "routes" && body.value.catalog) {
      if (fault !== undefined) throw new InvalidError(fault);
      checkCatalog(body.value.catalog);
      hosts.changeCatalog(host, body.value.catalog, body.value.routeFaults);
    }
  }

  end(): void {
    for (const stop of this.#stops.splice(0)) stop();
    leave(this.#parts, this.#host);
  }

  #hearOfRun(runId: string, frame: HostFrame, fault: string | undefined): void {
    this.#parts.runs.hostFrame(this.#host, runId, frame, fault).catch((error: unknown) => {
      if (this.#host.frames.closed) return; // it follows a frame that was logged
      this.#parts.logger.error(
        { err: error, runId },
        "a host's frame could not be taken; the host has to say it again",
      );
      this.#host.frames.close();
    });
  }
}

/** What is wrong with a frame, whatever it says. */
function frameFault(frame: HostFrame): string | undefined {
  const fault = checkMessage(HostFrameSchema, frame);
  if (fault !== undefined) return `The host's frame cannot be taken: ${fault}`;
  const bytes = toBinary(HostFrameSchema, frame).length;
  if (bytes <= limits.frameBytes || frame.body.case === "routes") return undefined;
  return `The host's frame is ${byteCount(bytes)} large; at most ${byteCount(limits.frameBytes)} are possible.`;
}

function refusedFetch({ requestId }: Fetched, message: string): Fetched {
  const failure = create(FailureSchema, { type: "BadResponseError", message, reason: FailureReason.PROTOCOL });
  return create(FetchedSchema, { requestId, outcome: { case: "failure", value: failure } });
}

async function welcome(
  parts: Parts,
  context: HandlerContext,
  hello: Hello,
): Promise<{ host: AttachedHost; verdicts: ResumedRun[] }> {
  const caller = callerOf(context);
  if (caller.kind !== "host") throw new ConnectError("A host needs an API key.", Code.Unauthenticated);
  const fault = checkMessage(HelloSchema, hello);
  if (fault !== undefined) throw new InvalidError(fault);
  const protocol = commonLevel(hello);
  checkCatalog(hello.catalog);
  const { organization, environment, scope } = await placeOfKey(caller, parts.store.people);
  const isFallback = context.method.name === HostService.method.receive.name;
  const transport = isFallback ? HostTransport.HTTP1 : HostTransport.HTTP2;
  const host = new AttachedHost(newId("host"), scope, hello, transport);
  const { runs, hosts, config, publicUrl } = parts;
  if (!hosts.ofInstance(scope, host.instanceId) && hosts.of(scope).length >= config.maxHosts) {
    throw new QuotaError(
      `${config.maxHosts} hosts are attached to "${environment.slug}" already, and no more are possible (MAX_HOSTS). Stop one of them, or ask an admin of the server to raise it.`,
    );
  }
  const verdicts = await runs.link.verdicts(host, hello.liveRuns);
  host.attachedAt = hosts.attachTime(scope, host.instanceId, hello.attachTime && timestampMs(hello.attachTime));
  host.send({
    body: {
      case: "welcome",
      value: {
        hostId: host.id,
        organization: organization.slug,
        environment: environment.slug,
        dashboardUrl: `${publicUrl}/${organization.slug}/${environment.slug}`,
        protocol,
        runs: verdicts,
        heartbeatIntervalMs: config.timing.heartbeatIntervalMs,
        heartbeatTimeoutMs: config.timing.heartbeatTimeoutMs,
        attachTime: timestampFromMs(host.attachedAt),
      },
    },
  });
  // Whoever waits for a host gives it something to do at once: the welcome is before that.
  const replaced = hosts.add(host);
  if (replaced) leave(parts, replaced);
  const rpc = context.method.name;
  parts.logger.info(
    { host: host.id, ...host.sdk, ...host.program, environment: environment.slug, rpc },
    "a host has come",
  );
  return { host, verdicts };
}

function commonLevel({ protocolMin, protocolMax, sdkName, sdkVersion }: Hello): number {
  const { min, max } = limits.protocol;
  const level = Math.min(protocolMax, max);
  if (level >= protocolMin && level >= min) return level;
  const older = protocolMax < min ? `${sdkName} ${sdkVersion}` : "this server";
  throw new PreconditionError(
    `The host speaks the protocol levels ${protocolMin} to ${protocolMax}, this server ${min} to ${max}. Upgrade ${older}.`,
  );
}

/**
 * A host is gone, or given up. It does not wait for what is still to be written: a frozen host reads nothing.
 * @returns whether it was still there
 */
function leave({ fetches, hosts, runs, logger }: Parts, host: AttachedHost): boolean {
  host.frames.close();
  fetches.lost(host);
  if (!hosts.remove(host)) return false; // done before, or another connection of its process has taken over
  runs.link.lost(host);
  logger.info({ host: host.id, ...host.sdk }, "a host has left");
  return true;
}

/**
 * Says something every few seconds, and gives the host up when it says nothing, or takes nothing of what is said: the two ways may be
 * connections of their own, and only one of them broken.
 */
function keepAlive(parts: Parts, host: AttachedHost): () => void {
  const { heartbeatIntervalMs, heartbeatTimeoutMs } = parts.config.timing;
  const timer = setInterval(() => {
    if (host.frames.closed) return;
    if (performance.now() - Math.min(host.heardAt, host.tookAt) > heartbeatTimeoutMs) {
      parts.logger.warn({ host: host.id }, "a host has been silent for too long, or reads nothing");
      leave(parts, host);
    } else {
      host.send({ body: { case: "heartbeat", value: {} } });
    }
  }, heartbeatIntervalMs);
  return () => clearInterval(timer);
}
