import { randomUUID } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import {
  type Actor,
  type CatalogEntry,
  decideHostFrame,
  FailureReason,
  type HostFrame,
  isOver,
  limits,
  type Run,
  type RunEvent,
  RunEventSchema,
  RunSchema,
  type RunState,
  RunStatus,
  RunTrigger,
  type Value,
} from "@interval/proto";
import type { Logger } from "pino";
import type { Timing } from "../../config.ts";
import { newId } from "../../ids.ts";
import type { AssetStore, JournalStore, PeopleStore, RunRecord } from "../../store/store.ts";
import type { Place } from "../access/place.ts";
import { scopeKey } from "../access/place.ts";
import { foreignAsset } from "../assets/shown.ts";
import { NotFoundError, UnavailableError } from "../errors.ts";
import { Feed } from "../feed.ts";
import type { AttachedHost } from "../hosts/attached-host.ts";
import type { Hosts } from "../hosts/hosts.ts";
import { Timers } from "../timers.ts";
import { type Committed, FrameGapError, type RunActor, type RunCommand } from "./actor.ts";
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
import { Handovers } from "./handovers.ts";
import { HostLink } from "./host-link.ts";

/** What a run is started with. */
export interface StartCommand {
  entry: CatalogEntry;
  params: Record<string, Value>;
  actor: Actor;
  trigger: RunTrigger;
  tabId: string;
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
  readonly #timers = new Timers();
  readonly #journal: JournalStore;
  readonly #assets: AssetStore;
  readonly #hosts: Hosts;
  readonly #timing: Timing;
  readonly #logger: Logger;

  constructor(parts: {
    journal: JournalStore;
    assets: AssetStore;
    people: PeopleStore;
    hosts: Hosts;
    timing: Timing;
    logger: Logger;
    publicUrl: string;
  }) {
    this.#journal = parts.journal;
    this.#assets = parts.assets;
    this.#hosts = parts.hosts;
    this.#timing = parts.timing;
    this.#logger = parts.logger;
    this.#actors = new RunActors(
      parts.journal,
      (actor, committed) => this.#committed(actor, committed),
      (runId) => this.news.hasListeners(runId),
    );
    this.link = new HostLink({ ...parts, runs: this });
    this.handovers = new Handovers(this, parts.timing);
  }

  /** The run that a request has started before, whether or not a host is there now. */
  async started(place: Place, actor: Actor, requestId: string): Promise<RunActor | undefined> {
    const runId = requestId ? await this.#journal.findStarted(requestId, starterOf(place, actor)) : undefined;
    return runId === undefined ? undefined : this.#actors.find(runId);
  }

  /** Starts a run on a host. Repeated with the same request id, it returns the same run. */
  async start(
    place: Place,
    { entry, params, actor, trigger, tabId, requestId, againFrom }: StartCommand,
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
    });
    const value = { run, driver: { actor, tabId }, hostInstanceId: host.instanceId };
    const event = create(RunEventSchema, { sequence: 1n, time, kind: { case: "started", value } });
    const startedByUserId = place.person?.id ?? null;
    const record: RunRecord = {
      run,
      scope: place.scope,
      startedByUserId,
      sequence: 1,
      hostInstanceId: host.instanceId,
    };
    const made = await this.#journal.createRun(record, [event], requestId || randomUUID(), starterOf(place, actor));
    if (!made.created) return (await this.#actorOf(made.record.run.id)).state;
    const started = await this.#actors.add(made.record);
    const { state } = started;
    this.#tell(started, [event], state);
    await this.link.made(started);
    this.viewersChanged(run.id, state.run);
    return state;
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
    else await this.#quietly(runId, { decide: decideCanceled });
    return actor.state;
  }

  /** Ends a run that was asked to end, unless its host does in time. */
  endSoon(runId: string): void {
    const timer = `cancel ${runId}`;
    if (this.#timers.has(timer)) return;
    this.#timers.set(timer, this.#timing.cancelCleanUpMs, () => this.#quietly(runId, { decide: decideCanceled }));
  }

  /** Ends a run that cannot go on. */
  fail(runId: string, reason: FailureReason, message: string): Promise<void> {
    return this.#quietly(runId, { decide: (state) => decideFailed(state, reason, message) });
  }

  /** Does to a run what happens by itself, such as the loss of its host. */
  quietly(runId: string, command: RunCommand): Promise<void> {
    return this.#quietly(runId, command);
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
      const before =
        wrong === undefined
          ? foreignAsset(runId, frame, this.#assets)?.then((found) => {
              fault = found;
            })
          : undefined;
      const decide = (state: RunState) => {
        if (epochOf(state) !== from.epoch) return [];
        return fault ? decideFailed(state, FailureReason.PROTOCOL, fault) : decideHostFrame(state, body);
      };
      if (!Number.isSafeInteger(from.sequence)) {
        // It cannot be stored, so that it cannot be acknowledged either.
        if (epochOf(actor.state) === from.epoch) await this.fail(runId, FailureReason.PROTOCOL, fault ?? "");
        return;
      }
      await actor.submit({ decide, before, host: from }).catch((error: unknown) => {
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
        await this.#actorOf(run.id).catch((error: unknown) => this.#log(run.id, error));
        continue;
      }
      this.link.away(scope, hostInstanceId ?? "", run.id, takeOverMs);
      this.viewersChanged(run.id, run);
    }
    return open.length;
  }

  /** A run gained or lost a viewer: one that a person started and left ends after a while, unless it goes on in the background. */
  viewersChanged(runId: string, run: Run | undefined): void {
    const timer = `abandoned ${runId}`;
    const mayEnd = run !== undefined && !isOver(run) && !run.backgroundable && run.trigger === RunTrigger.OPERATOR;
    if (!mayEnd || this.news.hasListeners(runId)) {
      this.#timers.clear(timer);
      return;
    }
    if (this.#timers.has(timer)) return;
    const by = { kind: { case: "system" as const, value: { reason: "Its last viewer left." } } };
    this.#timers.set(timer, this.#timing.abandonedRunMs, () => {
      if (!this.news.hasListeners(runId))
        this.cancel(runId, by as Actor).catch((error: unknown) => this.#log(runId, error));
    });
  }

  close(): void {
    this.#timers.clearAll();
    this.#actors.close();
    this.handovers.close();
    this.link.close();
  }

  async #do(runId: string, command: RunCommand): Promise<RunState> {
    return (await this.#actorOf(runId)).submit(command);
  }

  async #quietly(runId: string, command: RunCommand): Promise<void> {
    await this.#do(runId, command).catch((error: unknown) => this.#log(runId, error));
  }

  #log(runId: string, error: unknown): void {
    this.#logger.error({ err: error, runId }, "something could not be done to a run");
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
    if (run && changesList)
      this.lists.tell(scopeKey(actor.scope), { run, startedByUserId: actor.startedByUserId, scope: actor.scope });
  }
}

/** Who starts runs, and where: a request id of one environment means nothing in another. */
function starterOf({ scope }: Place, actor: Actor): string {
  return `${scopeKey(scope)}/${actorId(actor) || "system"}`;
}
