import { Code, ConnectError, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import {
  type AttachRequest,
  type Hello,
  type HostFrame,
  type HostService,
  limits,
  type ResumedRun,
} from "@interval/proto";
import { placeOfKey } from "../domain/access/place.ts";
import { PreconditionError } from "../domain/errors.ts";
import { AttachedHost } from "../domain/hosts/attached-host.ts";
import { checkCatalog } from "../domain/hosts/catalog.ts";
import { newId } from "../ids.ts";
import { callerOf, onCallerChanged } from "./caller.ts";
import type { Parts } from "./parts.ts";

export function hostService(parts: Parts): ServiceImpl<typeof HostService> {
  return {
    async *attach(requests, context) {
      const frames = framesOf(requests, context.signal);
      const first = await frames.next();
      const hello = first.done ? undefined : first.value;
      if (hello?.body.case !== "hello")
        throw new ConnectError("The first frame must be a hello.", Code.InvalidArgument);
      const { liveRuns } = hello.body.value;
      const { host, verdicts } = await welcome(parts, context, hello.body.value);
      const end = () => leave(parts, host);
      context.signal.addEventListener("abort", end, { once: true });
      if (context.signal.aborted) end();
      const stopHeartbeats = keepAlive(parts, host);
      const stopLooking = onCallerChanged(context, parts.config.timing.heartbeatTimeoutMs, end);
      try {
        await parts.runs.link.resume(host, liveRuns, verdicts);
        // The reader is on its own: it never waits for what this generator yields, and ends with the stream.
        const reader = read(parts, host, frames).catch((error: unknown) => {
          if (!context.signal.aborted) parts.logger.warn({ err: error, host: host.id }, "a host's stream failed");
        });
        void reader.then(end);
        for await (const batch of host.frames) yield { frames: batch };
      } finally {
        stopHeartbeats();
        stopLooking();
        end();
      }
    },
  };
}

/** Accepts a host: it is listed, and told what becomes of its runs. */
async function welcome(
  parts: Parts,
  context: HandlerContext,
  hello: Hello,
): Promise<{ host: AttachedHost; verdicts: ResumedRun[] }> {
  const caller = callerOf(context);
  if (caller.kind !== "key") throw new ConnectError("A host needs an API key.", Code.Unauthenticated);
  const protocol = commonLevel(hello);
  checkCatalog(hello.catalog);
  const { organization, environment, scope } = await placeOfKey(caller, parts.store.people);
  const host = new AttachedHost(newId("host"), scope, hello);
  const { runs, hosts, config, publicUrl } = parts;
  const verdicts = await runs.link.verdicts(host, hello.liveRuns);
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
      },
    },
  });
  // Whoever waits for a host gives it something to do at once: the welcome is before that.
  const replaced = hosts.add(host);
  if (replaced) leave(parts, replaced);
  parts.logger.info({ host: host.id, sdk: host.sdk, environment: environment.slug }, "a host has come");
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

async function read(parts: Parts, host: AttachedHost, frames: AsyncIterable<HostFrame>): Promise<void> {
  for await (const frame of frames) {
    host.heardAt = performance.now();
    if (frame.body.case === "goodbye") {
      if (leave(parts, host)) parts.runs.link.left(host);
      return;
    }
    hear(parts, host, frame);
  }
}

/** Commands of one run are put into its queue in the order in which they are heard; nothing here waits for a disk. */
function hear({ runs, hosts, fetches, pages, logger }: Parts, host: AttachedHost, frame: HostFrame): void {
  const { scope, body } = frame;
  if (body.case === "fetched") {
    fetches.answered(host, body.value);
  } else if (scope.case === "runId") {
    if (frame.sequence === 0n) return;
    runs.hostFrame(host, scope.value, frame).catch((error: unknown) => {
      logger.error(
        { err: error, runId: scope.value },
        "a host's frame could not be taken; the host has to say it again",
      );
      host.frames.close();
    });
  } else if (scope.case === "pageId") {
    pages.heard(host, scope.value, frame);
  } else if (body.case === "routes" && body.value.catalog) {
    checkCatalog(body.value.catalog);
    hosts.changeCatalog(host, body.value.catalog);
  }
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
  logger.info({ host: host.id, sdk: host.sdk }, "a host has left");
  return true;
}

/** Says something every few seconds, and gives the host up when it says nothing. */
function keepAlive(parts: Parts, host: AttachedHost): () => void {
  const { heartbeatIntervalMs, heartbeatTimeoutMs } = parts.config.timing;
  const timer = setInterval(() => {
    if (host.frames.closed) return;
    if (performance.now() - host.heardAt > heartbeatTimeoutMs) {
      parts.logger.warn({ host: host.id }, "a host has been silent for too long");
      leave(parts, host);
    } else {
      host.send({ body: { case: "heartbeat", value: {} } });
    }
  }, heartbeatIntervalMs);
  return () => clearInterval(timer);
}

async function* framesOf(requests: AsyncIterable<AttachRequest>, signal: AbortSignal): AsyncGenerator<HostFrame> {
  for await (const { frames } of requests) {
    if (signal.aborted) return;
    yield* frames;
  }
}
