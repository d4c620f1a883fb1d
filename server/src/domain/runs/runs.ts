import { randomUUID } from "node:crypto";
import { create, toBinary } from "@bufbuild/protobuf";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import {
  type Actor,
  ActorSchema,
  type CatalogEntry,
  decideHostFrame,
  endsUnwatched,
  FailureReason,
  type Happening,
  type HostFrame,
  isOver,
  LineLoggedSchema,
  limits,
  listedRun,
  type Run,
  type RunEvent,
  RunEventSchema,
  RunSchema,
  type RunState,
  RunStatus,
  type RunTrigger,
  type Value,
} from "@interval/proto";
import type { Logger } from "pino";
import type { LogLimits, Timing } from "../../config.ts";
import { newId } from "../../ids.ts";
import type { AssetStore, JournalStore, PeopleStore, RunRecord } from "../../store/store.ts";
import type { Place } from "../access/place.ts";
import { scopeKey } from "../access/place.ts";
import { foreignAsset } from "../assets/shown.ts";
import { Background } from "../background.ts";
import { NotFoundError, UnavailableError } from "../errors.ts";
import { Feed } from "../feed.ts";
import type { AttachedHost } from "../hosts/attached-host.ts";
import type { Hosts } from "../hosts/hosts.ts";
import { spanText } from "../span-text.ts";
import { Timers } from "../timers.ts";
import type { Committed, RunActor, RunCommand } from "./actor.ts";
import { RunActors } from "./actors.ts";
import {
  type AnswerCommand,
  actorId,
  decideAnswer,
  decideCancel,
  decideCanceled,
  decideFailed,
  epochOf,
  isSettled,
} from "./decide.ts";
import { FrameGapError, FrameRefusedError } from "./frame-order.ts";
import { Handovers } from "./handovers.ts";
import { HostLink } from "./host-link.ts";
import { LogMeter } from "./log-meter.ts";

/** What a run is started with. */
export interface StartCommand {
  entry: CatalogEntry;
  params: Record<string, Value>;
  actor: Actor;
  trigger: RunTrigger;
  tabId: string;
  /** The path of the page from which it is started. */
  page?: string;
  requestId: string;
  /** The run that it starts again; empty for others. */
  againFrom?: string;
}

/** What happened in a run, and the state after it. */
export interface RunNews {
  runId: string;
  events: RunEvent[];
  state: RunState;
}

/** What happened to a run of a list. */
export interface RunListNews {
  /** The run as lists show it. */
  run: Run;
  startedByUserId: string | null;
  scope: RunRecord["scope"];
}

/** All runs: started, answered, ended; told to hosts and viewers. */
export class Runs {
  /** Tells viewers what happened in a run, by its id. */
  readonly news = new Feed<RunNews>();
  /** Tells lists what became of runs, by scope. */
  readonly lists = new Feed<RunListNews>();
  readonly link: HostLink;
  /** Who drives runs, and who asks to. */
  readonly handovers: Handovers;
  readonly #actors: RunActors;
  readonly #background: Background;
  readonly #timers: Timers;
  readonly #journal: JournalStore;
  readonly #assets: AssetStore;
  readonly #hosts: Hosts;
  readonly #timing: Timing;
  readonly #logs: LogLimits;
  /** What runs have logged, for as long as they are in memory. */
  readonly #meters = new WeakMap<RunActor, Promise<LogMeter>>();
  readonly #logger: Logger;

  constructor(parts: {
    journal: JournalStore;
    assets: AssetStore;
    people: PeopleStore;
    hosts: Hosts;
    timing: Timing;
    logs: LogLimits;
    logger: Logger;
    publicUrl: string;
  }) {
    this.#journal = parts.journal;
    this.#assets = parts.assets;
    this.#hosts = parts.hosts;
    this.#timing = parts.timing;
    this.#logs = parts.logs;
    this.#logger = parts.logger;
    this.#background = new Background(parts.logger);
    this.#timers = new Timers(this.#background);
    this.#actors = new RunActors(
      parts.journal,
      this.#background,
      (actor, committed) => this.#background.run("telling what happened", () => this.#committed(actor, committed)),
      (runId) => this.news.hasListeners(runId),
    );
    this.link = new HostLink({ ...parts, runs: this, background: this.#background });
    this.handovers = new Handovers(this, parts.timing, this.#background);
  }

  /** The run that a request has started before, whether or not a host is there now. */
  async started(place: Place, actor: Actor, requestId: string): Promise<RunActor | undefined> {
    const runId = requestId ? await this.#journal.findStarted(requestId, starterOf(place, actor)) : undefined;
    return runId === undefined ? undefined : this.#actors.find(runId);
  }

  /** Starts a run on a host. Repeated with the same request id, it returns the same run. */
  async start(
    place: Place,
    { entry, params, actor, trigger, tabId, page = "", requestId, againFrom }: StartCommand,
  ): Promise<RunState> {
    const route = entry.route;
    const path = route?.path ?? "";
    const host = this.#hosts.choose(place.scope, path);
    if (!host) throw new UnavailableError(`No host serves "${path}" just now. Start your program, and try again.`);
    const action = route?.kind.case === "action" ? route.kind.value : undefined;
    const time = timestampNow();
    const run = create(RunSchema, {
      id: newId("run"),
      organization: place.organization.slug,
      environment: place.environment.slug,
      action: path,
      actionName: route?.name,
      status: RunStatus.STARTING,
      startedBy: actor,
      trigger,
      params,
      startTime: time,
      backgroundable: action?.backgroundable ?? false,
      warnOnClose: action?.warnOnClose ?? true,
      durable: action?.durable ?? false,
      againFrom,
      page,
    });
    const value = { run, driver: { actor, tabId }, hostInstanceId: host.instanceId };
    const event = create(RunEventSchema, { sequence: 1n, time, kind: { case: "started", value } });
    const startedByUserId = place.starterId;
    const record: RunRecord = {
      run,
      scope: place.scope,
      startedByUserId,
      sequence: 1,
      hostInstanceId: host.instanceId,
    };
    const request = [requestId || randomUUID(), starterOf(place, actor)] as const;
    const made = await this.#journal.createRun(record, [event], ...request).catch((error: unknown) => {
      this.#background.run("a run that may be stored", () => this.#adopt(...request));
      throw error;
    });
    if (!made.created) return (await this.#actorOf(made.record.run.id)).state;
    const started = this.#actors.add(record, [event]);
    const { state } = started;
    this.#tell(started, [event], state);
    await this.#giveToHost(started);
    return state;
  }

  /** Gives a run that was made just now to its host. */
  async #giveToHost(run: RunActor): Promise<void> {
    await this.#background.untilDone("giving a run to its host", () => this.link.made(run), { runId: run.id });
    this.viewersChanged(run.id, run.state.run);
  }

  /** Starts a run that the store has made in spite of its error. */
  #adopt(requestId: string, starter: string): Promise<void> {
    return this.#background.untilDone("looking for a run that may be stored", async () => {
      const runId = await this.#journal.findStarted(requestId, starter);
      const run = runId === undefined ? undefined : await this.#actorOf(runId);
      if (run && !this.link.knows(run)) await this.#giveToHost(run);
    });
  }

  /** Answers a call. It resolves once the answer is durable. */
  answer(runId: string, command: AnswerCommand, requestId: string): Promise<RunState> {
    return this.#do(runId, { decide: (state) => decideAnswer(state, command), requestId: requestId || undefined });
  }

  /** Asks a run to end. A host that does not end it in time is not waited for. */
  async cancel(runId: string, by: Actor, requestId = ""): Promise<RunState> {
    const state = await this.#do(runId, { decide: (now) => decideCancel(now, by), requestId: requestId || undefined });
    if (isOver(state.run)) return state;
    const actor = await this.#actorOf(runId);
    // A host that is away cannot clean up.
    if (this.link.hostOf(actor)) this.endSoon(runId);
    else await this.quietly(runId, { decide: decideCanceled });
    return actor.state;
  }

  /** Ends a run that was asked to end, unless its host does in time. */
  endSoon(runId: string): void {
    const timer = `cancel ${runId}`;
    if (this.#timers.has(timer)) return;
    this.#timers.set(timer, this.#timing.cancelCleanUpMs, () => this.quietly(runId, { decide: decideCanceled }));
  }

  /** Ends a run that cannot go on. */
  fail(runId: string, reason: FailureReason, message: string): Promise<void> {
    return this.quietly(runId, { decide: (state) => decideFailed(state, reason, message) });
  }

  /** Does to a run what happens by itself, such as the loss of its host: again until it is stored. Nobody is told of an error. */
  quietly(runId: string, command: RunCommand): Promise<void> {
    return this.#background.untilDone("a change of a run", () => this.#do(runId, command), { runId });
  }

  /**
   * A host says something about a run. What it repeats is dropped; every frame is acknowledged once it is durable.
   *
   * @param wrong what is wrong with the frame, if anything: it ends the run
   */
  async hostFrame(host: AttachedHost, runId: string, frame: HostFrame, wrong?: string): Promise<void> {
    const { body } = frame;
    const from = { epoch: frame.epoch || 1, sequence: Number(frame.sequence) };
    const actor = await this.#actors.find(runId);
    if (host.frames.closed) return; // given up: its process says it again when it attaches anew
    if (actor?.state.hostInstanceId === host.instanceId && scopeKey(actor.scope) === scopeKey(host.scope)) {
      let fault = wrong;
      const checked =
        wrong === undefined
          ? foreignAsset(runId, frame, this.#assets)?.then((found) => {
              fault = found;
            })
          : undefined;
      const isMetered = body.case === "log" || body.case === "finish";
      const metered = isMetered
        ? this.#meterOf(actor).then((found) => {
            meter = found;
          })
        : undefined;
      const before = checked && metered ? Promise.all([checked, metered]) : (checked ?? metered);
      let meter: LogMeter | undefined;
      let lines: Happening[] | undefined;
      const decide = (state: RunState) => {
        if (epochOf(state) !== from.epoch) return [];
        if (fault) return decideFailed(state, FailureReason.PROTOCOL, fault);
        const decided = decideHostFrame(state, body);
        if (!meter || decided.length === 0) return decided;
        // Counted once, however often it is decided.
        const isLine = body.case === "log";
        lines ??= isLine ? meter.take(body.value, toBinary(LineLoggedSchema, body.value).length) : meter.end();
        return isLine ? lines : [...lines, ...decided];
      };
      if (!Number.isSafeInteger(from.sequence)) {
        // It cannot be stored, so that it cannot be acknowledged either.
        if (epochOf(actor.state) === from.epoch) await this.fail(runId, FailureReason.PROTOCOL, fault ?? "");
        return;
      }
      await actor.submit({ decide, before, host: from }).catch((error: unknown) => {
        if (error instanceof FrameRefusedError) {
          this.#logger.error({ err: error, runId }, "a frame of a host was refused; its run has failed");
          return undefined;
        }
        if (!(error instanceof FrameGapError)) throw error;
        // What is missing was refused, and its stream is ending: the host says it again. On a stream that stands it will never come.
        if (host.frames.closed) return undefined;
        return this.fail(runId, FailureReason.PROTOCOL, error.message);
      });
    } else {
      host.sendToRun(runId, { case: "close", value: { reason: "This run is not this host's." } });
    }
  }

  /** The state of a run and whose it is. */
  async find(runId: string): Promise<RunActor> {
    return this.#actorOf(runId);
  }

  /** Waits until a call waits for the operator or the run is over, and returns the state as it is then or after the span. */
  async settle(runId: string, waitMs: number, signal: AbortSignal): Promise<RunState> {
    const actor = await this.#actorOf(runId);
    if (waitMs > 0 && !isSettled(actor.state) && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const stop = () => {
          clearTimeout(timer);
          end();
          this.viewersChanged(runId, actor.state.run);
          resolve();
        };
        const timer = setTimeout(stop, waitMs);
        const end = this.news.listen(runId, ({ state }) => isSettled(state) && stop());
        this.viewersChanged(runId, actor.state.run);
        signal.addEventListener("abort", stop, { once: true });
      });
    }
    return actor.state;
  }

  /** Takes up the runs that were open when the server last stopped: their hosts have some time to come back. */
  async resumeAll(): Promise<number> {
    const open = await this.#journal.listOpenRuns();
    // Hosts come back with pauses between their attempts: nobody takes their runs before they had one.
    const takeOverMs = this.#timing.takeOverMs + limits.backoff.maxMs;
    for (const { run, scope, hostInstanceId, unreadable } of open) {
      if (unreadable) {
        this.#logger.error({ runId: run.id }, "what is stored of an open run cannot be read: it ends");
        await this.#actorOf(run.id).catch((error: unknown) => {
          this.#logger.error({ err: error, runId: run.id }, "a run that cannot be read could not be ended");
        });
        continue;
      }
      this.link.away(scope, hostInstanceId ?? "", run, { takeOverMs });
      this.viewersChanged(run.id, run);
    }
    return open.length;
  }

  /** A run gained or lost a viewer: one that a person started and left ends after a while, unless it goes on in the background. */
  viewersChanged(runId: string, run: Run | undefined): void {
    const timer = `abandoned ${runId}`;
    if (!run || !endsUnwatched(run) || this.news.hasListeners(runId)) {
      this.#timers.clear(timer);
      return;
    }
    if (this.#timers.has(timer)) return;
    const { abandonedRunMs } = this.#timing;
    const reason = `Its last viewer left, and nobody came back within ${spanText(abandonedRunMs)}.`;
    const by = create(ActorSchema, { kind: { case: "system", value: { reason } } });
    const end = async () => {
      if (!this.news.hasListeners(runId)) await this.cancel(runId, by);
    };
    this.#timers.set(timer, abandonedRunMs, () =>
      this.#background.untilDone("ending a run that nobody looks at", end, { runId }),
    );
  }

  close(): void {
    this.#background.close();
    this.#timers.clearAll();
    this.#actors.close();
    this.handovers.close();
    this.link.close();
  }

  #meterOf(run: RunActor): Promise<LogMeter> {
    const known = this.#meters.get(run);
    if (known) return known;
    const meter = this.#journal.countLogBytes(run.id).then((total) => new LogMeter(this.#logs, total));
    this.#meters.set(run, meter);
    meter.catch(() => this.#meters.delete(run)); // its frame fails too, and comes again
    return meter;
  }

  async #do(runId: string, command: RunCommand): Promise<RunState> {
    return (await this.#actorOf(runId)).submit(command);
  }

  async #actorOf(runId: string): Promise<RunActor> {
    const actor = await this.#actors.find(runId);
    if (!actor) throw new NotFoundError(`There is no run ${runId}.`);
    return actor;
  }

  #committed(actor: RunActor, committed: Committed): void {
    this.#tell(actor, committed.events, actor.state);
    this.link.committed(actor, committed);
    this.handovers.committed(actor, committed);
    if (isOver(actor.state.run)) {
      this.#timers.clear(`cancel ${actor.id}`);
      this.#timers.clear(`abandoned ${actor.id}`);
    }
  }

  #tell(actor: RunActor, events: RunEvent[], state: RunState): void {
    if (events.length === 0) return;
    this.news.tell(actor.id, { runId: actor.id, events, state });
    const { run } = state;
    const changesList = events.some(
      ({ kind }) => kind.case !== "logged" && kind.case !== "loading" && kind.case !== "patched",
    );
    const list = scopeKey(actor.scope);
    if (run && changesList && this.lists.hasListeners(list)) {
      const { startedByUserId, scope } = actor;
      this.lists.tell(list, { run: listedRun(run), startedByUserId, scope });
    }
  }
}

/** Who starts runs, and where: a request id of one environment means nothing in another. */
function starterOf({ scope }: Place, actor: Actor): string {
  return `${scopeKey(scope)}/${actorId(actor) || "system"}`;
}
