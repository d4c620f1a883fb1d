import { create } from "@bufbuild/protobuf";
import {
  FailureReason,
  type Fetch,
  type LiveRun,
  LiveRunSchema,
  limits,
  PageShownSchema,
  type Recorded,
  type ResumedRun,
  RunBeganSchema,
  type RunEvent,
  RunFinishedSchema,
  type ServerFrame,
  type StartRun,
} from "@interval/proto";
import packageJson from "../../package.json" with { type: "json" };
import { Action } from "../action.ts";
import { assetsOf } from "../assets/assets.ts";
import { BadResponseError } from "../errors.ts";
import { PageSessions, type PageSessionsOptions } from "../pages/page-sessions.ts";
import type { ActionCtx } from "../run/context.ts";
import { execute } from "../run/execute.ts";
import { toFailure } from "../run/failure.ts";
import { type OpenedReplay, openReplay } from "../run/replay-rules.ts";
import type { Thrown } from "../run/report.ts";
import { Run, type RunOptions } from "../run/run.ts";
import { detailsOf } from "../thrown.ts";
import { Fetches } from "./fetches.ts";
import { sized, type Write } from "./frame.ts";
import { Outbox } from "./outbox.ts";
import { Served } from "./served.ts";

/** What a dispatcher needs to know of its host. */
export interface DispatchOptions extends PageSessionsOptions {
  instanceId: string;
}

/** The runs of this process, and the pages that are looked at: gives each what the server says to it. */
export class Dispatcher {
  readonly #options: DispatchOptions;
  readonly #runs = new Map<string, Run>();
  /** What durable runs have recorded, until they start. */
  readonly #recorded = new Map<string, { events: RunEvent[]; lines: bigint[] }>();
  /** Why what was sent of runs that are still to start cannot be read. */
  readonly #unreadable = new Map<string, string>();
  readonly #served = new Served();
  readonly #fetches: Fetches;
  readonly #pages: PageSessions;
  #write: Write | undefined;
  #idle: Array<() => void> = [];

  constructor(options: DispatchOptions) {
    this.#options = options;
    this.#fetches = new Fetches(options.logger);
    this.#pages = new PageSessions(options);
  }

  /** The runs that a hello names. */
  liveRuns(): LiveRun[] {
    return [...this.#runs.values()].map(({ id, epoch, lastSequence, isFinished: ended }) =>
      create(LiveRunSchema, { runId: id, epoch, lastSequence, ended }),
    );
  }

  /** An open run of this process. */
  run(runId: string): Run | undefined {
    return this.#runs.get(runId);
  }

  /** A connection stands: runs go on over it from what the server has stored; those it has given up end. */
  attach(write: Write, resumed: readonly ResumedRun[]): void {
    this.#write = write;
    this.#pages.attach(write);
    const verdicts = new Map(resumed.map((verdict) => [verdict.runId, verdict]));
    for (const run of [...this.#runs.values()]) {
      const verdict = verdicts.get(run.id);
      if (verdict?.resumed) run.outbox.attach(write, verdict.lastSequence);
      else this.#close(run, "The server has ended this run while the host was away.");
      this.#forgetIfDone(run);
    }
  }

  /** The connection is gone; runs go on and keep what they say. */
  detach(): void {
    this.#write = undefined;
    this.#pages.detach();
    this.#recorded.clear(); // the server says it again
    this.#unreadable.clear();
    for (const run of this.#runs.values()) run.outbox.detach();
  }

  /**
   * Deals with a frame of a run or page session. A frame that cannot be dealt with fails its run or page alone.
   *
   * @param fault why the frame cannot be read
   */
  hear(frame: ServerFrame, fault?: string): void {
    const { scope } = frame;
    if (scope.case === "pageId") this.#hearOfPage(scope.value, frame, fault);
    if (scope.case !== "runId") {
      if (fault !== undefined && scope.case === undefined) this.#options.logger.error(fault);
      return;
    }
    const runId = scope.value;
    const run = this.#runs.get(runId);
    if (run && frame.sequence !== 0n) {
      if (frame.sequence <= run.lastSequence) return;
      run.lastSequence = frame.sequence;
    }
    try {
      if (fault === undefined) this.#deal(runId, run, frame);
      else this.#dealUnreadable(runId, run, frame, fault);
    } catch (error) {
      this.#options.logger.error(`A frame of ${runId} could not be dealt with: ${detailsOf(error)}`);
      const { sequence, body } = frame;
      const started = body.case === "startRun" ? body.value : undefined;
      const failed = this.#runs.get(runId) ?? (started && this.#make(runId, sequence, { epoch: started.epoch }));
      failed?.fail(error, FailureReason.PROTOCOL);
    }
  }

  #hearOfPage(pageId: string, frame: ServerFrame, fault: string | undefined): void {
    try {
      this.#pages.hear(pageId, frame, fault);
    } catch (error) {
      this.#options.logger.error(`A frame of ${pageId} could not be dealt with: ${detailsOf(error)}`);
      const value = create(PageShownSchema, { outcome: { case: "failure", value: toFailure(error) } });
      this.#write?.(sized({ scope: { case: "pageId", value: pageId }, body: { case: "page", value } }));
    }
  }

  /** What a frame that cannot be read is about can be told from the rest of it. */
  #dealUnreadable(runId: string, run: Run | undefined, { sequence, body }: ServerFrame, fault: string): void {
    switch (body.case) {
      case "recorded":
        this.#unreadable.set(runId, fault);
        return;
      case "startRun":
        this.#unreadable.set(runId, fault);
        if (!run) this.#start(runId, sequence, body.value);
        return;
      case "fetch":
        void this.#fetch(runId, undefined, body.value);
        return;
      case "close":
        if (run) this.#close(run, "The server has ended this run.");
        return;
      default:
        throw new BadResponseError(fault);
    }
  }

  /** Ends a run that cannot go on. */
  #fail(run: Run, error: unknown, reason: FailureReason): void {
    const failure = toFailure(error, reason);
    run.finish(create(RunFinishedSchema, { outcome: { case: "failure", value: failure } }));
    run.cancel({ $typeName: "interval.run.v1.CancelRequested" });
  }

  #deal(runId: string, run: Run | undefined, { sequence, body }: ServerFrame): void {
    switch (body.case) {
      case "recorded":
        this.#record(runId, body.value);
        return;
      case "startRun":
        if (!run) this.#start(runId, sequence, body.value);
        return;
      case "answer":
        void run?.answer(body.value);
        return;
      case "fetch":
        void this.#fetch(runId, run, body.value);
        return;
      case "cancelFetch":
        this.#fetches.cancel(body.value.requestId);
        return;
      case "cancel":
        run?.cancel(body.value);
        return;
      case "close":
        if (run) this.#close(run, body.value.reason || "The server has ended this run.");
        this.#served.drop(runId);
        return;
      case "ack":
        run?.outbox.acknowledge(body.value.sequence);
        if (run) this.#forgetIfDone(run);
        return;
      default:
        this.#options.logger.debug(`The frame "${body.case ?? "of an unknown kind"}" of ${runId} is skipped.`);
    }
  }

  /** Resolves when every run is over, or could go on elsewhere. What ended runs still show is not waited for. */
  async idle(): Promise<void> {
    if (this.#isBusy()) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Ends every run at once. */
  closeAll(reason: string): void {
    for (const run of [...this.#runs.values()]) this.#close(run, reason);
    this.#served.dropAll();
    this.#pages.closeAll(reason);
  }

  #start(runId: string, sequence: bigint, start: StartRun): void {
    const action = this.#options.route(start.action);
    const { epoch } = start;
    // A run that is executed again is durable, whatever its action says by now.
    const durable = epoch > 1 || (action instanceof Action && action.definition.durable === true);
    const { events, lines } = this.#recorded.get(runId) ?? {};
    const opened = open(events, lines);
    this.#recorded.delete(runId);
    const run = this.#make(runId, sequence, { durable, epoch, replay: opened.replay });
    const fault = this.#unreadable.get(runId);
    this.#unreadable.delete(runId);
    if (fault !== undefined) {
      run.fail(new BadResponseError(fault), FailureReason.PROTOCOL);
      return;
    }
    if (!(action instanceof Action)) {
      this.#fail(run, new Error(`This host has no action "${start.action}".`), FailureReason.NOT_FOUND);
      return;
    }
    if (opened.error) {
      run.fail(opened.error, FailureReason.DIVERGED);
      return;
    }
    const { instanceId: hostInstanceId } = this.#options;
    const value = create(RunBeganSchema, {
      hostInstanceId,
      sdkVersion: packageJson.version,
      replayRules: opened.rules,
    });
    void run.send({ case: "began", value });
    const onThrown = (thrown: Thrown, ctx: ActionCtx) => this.#options.onThrown(thrown, action, ctx);
    void this.#follow(run, () => execute(run, action.definition.handler, start, onThrown));
  }

  /** A run in its place, to which the server may be heard and answered. */
  #make(runId: string, sequence: bigint, { epoch, ...options }: RunOptions & { epoch: number }): Run {
    const { assets, logger } = this.#options;
    const run = new Run(runId, new Outbox(runId, epoch), assetsOf(assets, runId), { ...options, epoch, logger });
    run.lastSequence = sequence;
    this.#runs.set(runId, run);
    if (this.#write) run.outbox.attach(this.#write, 0n);
    return run;
  }

  /** Follows a run until nothing of it is on its way. It never rejects. */
  async #follow(run: Run, executed: () => Promise<void>): Promise<void> {
    try {
      await executed();
    } catch (error) {
      run.fail(error);
    }
    this.#forgetIfDone(run);
    const timer = setTimeout(() => run.patches.stop(), limits.shownAfterEndMs).unref();
    await run.patches.idle();
    clearTimeout(timer);
    this.#forgetIfDone(run);
  }

  #record(runId: string, { events, lines }: Recorded): void {
    const known = this.#recorded.get(runId) ?? { events: [], lines: [] };
    this.#recorded.set(runId, { events: known.events.concat(events), lines: known.lines.concat(lines) });
  }

  async #fetch(runId: string, run: Run | undefined, fetch: Fetch): Promise<void> {
    const { callKey, componentKey } = fetch;
    const serve = run?.serving(callKey, componentKey) ?? this.#served.serving(runId, callKey, componentKey);
    const value = await this.#fetches.answer(fetch, serve);
    if (!value) return;
    const scope = { case: "runId", value: runId } as const;
    this.#write?.(sized({ scope, body: { case: "fetched", value } }));
  }

  #close(run: Run, reason: string): void {
    run.close(reason);
    this.#forget(run);
  }

  /** A run is over for the host once its outcome is stored. */
  #forgetIfDone(run: Run): void {
    if (isDone(run) && run.patches.isIdle && this.#runs.get(run.id) === run) {
      this.#served.keep(run.id, run.served);
      this.#runs.delete(run.id);
    }
    this.#tellIdle();
  }

  #forget(run: Run): void {
    this.#runs.delete(run.id);
    this.#tellIdle();
  }

  #isBusy(): boolean {
    return [...this.#runs.values()].some((run) => !isDone(run) && !run.mayMove);
  }

  #tellIdle(): void {
    if (this.#idle.length > 0 && !this.#isBusy()) for (const resolve of this.#idle.splice(0)) resolve();
  }
}

/** Opens what a run has recorded; one that was recorded by rules that are not known here cannot be executed. */
function open(...recorded: Parameters<typeof openReplay>): Partial<OpenedReplay> & { error?: unknown } {
  try {
    return openReplay(...recorded);
  } catch (error) {
    return { error };
  }
}

/** Whether a run is over, and the server has stored all that it said. */
function isDone(run: Run): boolean {
  return run.isFinished && run.outbox.isEmpty;
}
