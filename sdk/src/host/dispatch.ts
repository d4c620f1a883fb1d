import { create, toBinary } from "@bufbuild/protobuf";
import {
  FailureReason,
  type Fetch,
  HostFrameSchema,
  type LiveRun,
  LiveRunSchema,
  limits,
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
import { PageSessions, type PageSessionsOptions } from "../pages/page-sessions.ts";
import type { ActionCtx } from "../run/context.ts";
import { execute } from "../run/execute.ts";
import { toFailure } from "../run/failure.ts";
import { type OpenedReplay, openReplay } from "../run/replay-rules.ts";
import type { Thrown } from "../run/report.ts";
import { Run } from "../run/run.ts";
import { detailsOf } from "../thrown.ts";
import { Fetches } from "./fetches.ts";
import { Outbox, type Write } from "./outbox.ts";
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
    for (const run of this.#runs.values()) run.outbox.detach();
  }

  /** Deals with a frame of a run or page session. A frame that cannot be dealt with fails its run alone. */
  hear(frame: ServerFrame): void {
    const { scope } = frame;
    if (scope.case === "pageId") this.#pages.hear(scope.value, frame);
    if (scope.case !== "runId") return;
    const runId = scope.value;
    const run = this.#runs.get(runId);
    if (run && frame.sequence !== 0n) {
      if (frame.sequence <= run.lastSequence) return;
      run.lastSequence = frame.sequence;
    }
    try {
      this.#deal(runId, run, frame);
    } catch (error) {
      this.#options.logger.error(`A frame of ${runId} could not be dealt with: ${detailsOf(error)}`);
      const failure = toFailure(error, FailureReason.PROTOCOL);
      run?.finish(create(RunFinishedSchema, { outcome: { case: "failure", value: failure } }));
      run?.cancel({ $typeName: "interval.run.v1.CancelRequested" });
    }
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
    const outbox = new Outbox(runId, epoch);
    const run = new Run(runId, outbox, assetsOf(this.#options.assets, runId), {
      durable,
      epoch,
      replay: opened.replay,
      logger: this.#options.logger,
    });
    run.lastSequence = sequence;
    this.#runs.set(runId, run);
    if (this.#write) run.outbox.attach(this.#write, 0n);
    if (!(action instanceof Action)) {
      const failure = toFailure(new Error(`This host has no action "${start.action}".`), FailureReason.NOT_FOUND);
      run.finish(create(RunFinishedSchema, { outcome: { case: "failure", value: failure } }));
      return;
    }
    if (opened.error) {
      run.finish(
        create(RunFinishedSchema, {
          outcome: { case: "failure", value: toFailure(opened.error, FailureReason.DIVERGED) },
        }),
      );
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
    void execute(run, action.definition.handler, start, onThrown).then(async () => {
      this.#forgetIfDone(run);
      const timer = setTimeout(() => run.patches.stop(), limits.shownAfterEndMs).unref();
      await run.patches.idle();
      clearTimeout(timer);
      this.#forgetIfDone(run);
    });
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
    const frame = create(HostFrameSchema, { scope, body: { case: "fetched", value } });
    this.#write?.({ frame, bytes: toBinary(HostFrameSchema, frame).length });
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
