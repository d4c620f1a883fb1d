import { create, equals } from "@bufbuild/protobuf";
import {
  type AnswerSubmitted,
  AnswerSubmittedSchema,
  CallStatus,
  type CancelRequested,
  FailureReason,
  type HostFrame,
  type IoCall,
  IoCallSchema,
  type IoValue,
  type LeftOut,
  LineLoggedSchema,
  type LoadingChanged,
  LogLevel,
  limits,
  type RunFinished,
  RunFinishedSchema,
  type StepTaken,
  toValue,
  type Value,
} from "@interval/proto";
import type { Assets } from "../assets/assets.ts";
import { CanceledError, HostMisuseError, RunClosedError } from "../errors.ts";
import type { Outbox } from "../host/outbox.ts";
import { checkAnswerable } from "../io/answerable.ts";
import { toCall } from "../io/call.ts";
import { type Composed, compose, type Field, numbered } from "../io/compose.ts";
import type { Entry } from "../io/entry.ts";
import type { Serve } from "../io/method.ts";
import { offered } from "../io/offered.ts";
import type { Performer, Spec } from "../io/spec.ts";
import type { Logger } from "../logger.ts";
import { detailsOf, isError, messageOf, shorten } from "../thrown.ts";
import { Answers } from "./answers.ts";
import type { Asked } from "./divergence.ts";
import { toFailure } from "./failure.ts";
import { Live } from "./live.ts";
import { Loading } from "./loading.ts";
import { orAborted } from "./or-aborted.ts";
import { Patches } from "./patches.ts";
import { isShownAgain, recallStored, wasAnswered } from "./recall.ts";
import { Replay } from "./replay.ts";
import { isInterruption, type TellThrown, type Thrown, watched } from "./report.ts";
import { Steps } from "./steps.ts";
import { aside, isAside } from "./storage.ts";
import { Stored } from "./stored.ts";
import { Unused } from "./unused.ts";
import { Walk } from "./walk.ts";

/** How a run is executed, beside the usual. */
export interface RunOptions {
  durable?: boolean;
  epoch?: number;
  replay?: Replay;
  /** Where the developer reads what can no longer be said in the run. */
  logger?: Logger;
}

/** How many values of a line that is too large are shown, each by its beginning. */
const shownValues = 3;

/** One execution of an action in this process: it sends calls, and takes their answers. */
export class Run implements Performer {
  readonly id: string;
  readonly outbox: Outbox;
  /** Whether it survives the end of this process. */
  readonly durable: boolean;
  /** Rises each time the run is given to a host. */
  readonly epoch: number;
  /** What it has recorded, if it was executed before. */
  readonly replay: Replay;
  /** The program's way along it. */
  readonly walk: Walk;
  readonly steps: Steps;
  readonly loading: Loading;
  readonly unused = new Unused();
  readonly unusedFault = "was never awaited: the operator did not see it. Await it.";
  /** What is on screen and not all there yet. It may go on after the end of the run. */
  readonly patches = new Patches(
    (callKey, field) => this.#resend(callKey, field),
    (error, { component }) => this.tell({ error, origin: "data", what: `a value of "${component.label}"` }),
  );
  readonly #live: Live;
  /** Components that can be asked for more, by call and component key. */
  readonly served = new Map<string, Serve>();
  /** The journal position of the last server frame that was dealt with. */
  lastSequence = 0n;
  /** Set once somebody wants the run to end. */
  canceled: CancelRequested | undefined;
  /** Told of what the program throws beside its handler. */
  onThrown: TellThrown = () => {};
  readonly #abort = new AbortController();
  readonly #logger: Logger | undefined;
  /** Set once nothing more can be asked or said. */
  #over: RunClosedError | undefined;
  /** Set once the server takes nothing more of this run. */
  #isClosed = false;
  readonly #assets: Assets;
  readonly #stored: Stored;
  readonly #answers: Answers;
  readonly #taken = new Map<string, number>();
  /** Calls that wait, by what identifies them before they are numbered. */
  readonly #asking = new Set<string>();
  constructor(
    id: string,
    outbox: Outbox,
    assets: Assets,
    { durable = false, epoch = 1, replay = new Replay(), logger }: RunOptions = {},
  ) {
    this.id = id;
    this.#logger = logger;
    this.outbox = outbox;
    this.durable = durable;
    this.epoch = epoch;
    this.replay = replay;
    this.#assets = assets;
    this.#stored = new Stored(assets);
    this.walk = new Walk({
      replay,
      durable,
      signal: this.signal,
      diverged: (error) => {
        if (!this.#over) this.fail(error, FailureReason.DIVERGED);
      },
      live: () => this.#goLive(),
    });
    this.loading = new Loading((change) => this.#sayLoading(change));
    this.#live = new Live({
      signal: this.signal,
      resend: (callKey, field) => this.#resend(callKey, field),
      failed: (error, { component: { label } }) => {
        this.tell({ error, origin: "data", what: `what "${label}" shows` });
        void this.log(LogLevel.WARNING, [`"${label}" could not be read again: ${messageOf(error)}`]);
      },
    });
    this.#answers = new Answers({
      signal: this.signal,
      loading: this.loading,
      stored: this.#stored,
      send: (body) => this.send(body),
      warn: (text) => this.log(LogLevel.WARNING, [text]),
      tell: (thrown) => this.tell(thrown),
      fail: (error) => this.fail(error),
      turn: () => replay.afterRecorded(),
      ended: () => this.walk.ended(),
    });
    this.steps = new Steps({
      id,
      signal: this.signal,
      durable,
      walk: this.walk,
      unused: this.unused,
      settled: () => this.#settled(),
      say: (value) => this.#sayStep(value),
      pack: (value, where) => this.pack(value, where),
      read: (id) => orAborted(this.signal, this.#stored.readValue(id)),
    });
  }

  /** Aborts when the run is canceled, or over before the program is. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Sends a frame; resolves once the run has credit. After the end of the run it is dropped. */
  async send(body: HostFrame["body"]): Promise<void> {
    if (!this.#over) await this.outbox.push(body);
  }

  /** Sends what a chain describes and waits for its answer; displays alone do not wait. */
  async perform(asked: Spec): Promise<unknown> {
    this.#throwIfOver();
    const composed = compose(asked, this.#assets);
    for (const field of composed.fields) this.#warn(field);
    if (composed.fields.length === 0 && !asked.choices) return composed.assemble(new Map());

    const asks = asked.choices !== undefined || composed.fields.some(({ built }) => built.read !== undefined);
    if (this.durable && asks && isAside()) {
      throw new HostMisuseError(
        `${asked.method}: in a durable action it works in the handler alone. Validators, and what gives data for the screen, are not executed again with it.`,
      );
    }
    const call = this.#toCall(asked, composed);
    if (!call.awaitsAnswer) return this.#ask(asked, composed, call);
    this.#asking.add(composed.baseKey);
    try {
      return await this.#ask(asked, composed, call);
    } finally {
      this.#asking.delete(composed.baseKey);
    }
  }

  async #ask(asked: Spec, composed: Composed, call: IoCall): Promise<unknown> {
    const within = aside();
    const { begunAfter } = this.walk;
    for (const field of composed.fields) {
      const { key, component, built } = field;
      const serve = built.serve && offered(component, built.serve);
      const tell = (error: unknown) => this.tell({ error, origin: "data", what: `what "${component.label}" shows` });
      const warn = () => this.#warn(field);
      if (serve) this.served.set(`${call.key}\n${key}`, watched(serve, { within, tell, warn }));
      this.#live.add({ callKey: call.key, field, within });
    }
    if (!call.awaitsAnswer && !this.walk.has("call", call.key)) return this.#show(asked, composed, call);
    const label = call.label ?? composed.fields.map(({ component }) => component.label).join(", ");
    const place: Asked = { what: "call", key: call.key, method: asked.method, label };
    const reached = this.walk.reach(place);
    const member = reached instanceof Promise ? await reached : reached;
    const recorded = member?.call;
    if (member && recorded) {
      const again = { member, recorded, asked: place, call, composed, choices: asked.choices };
      const memory = { replay: this.replay, stored: this.#stored, signal: this.signal };
      const isAnswered = this.walk.agree(() => wasAnswered(again, memory));
      this.loading.clear();
      if (isAnswered) return this.walk.giveInTurn(member, () => recallStored(again, memory));
    }
    const sent = await this.#fit(asked, composed, call, recorded?.call);
    this.loading.clear();
    const body = { case: "call", value: { $typeName: "interval.run.v1.CallMade", call: sent, begunAfter } } as const;
    // What the operator looks at since an earlier execution stays as it is; what has changed since then is asked anew.
    const isAsked =
      recorded?.status === CallStatus.SUBMITTED || (recorded?.call && equals(IoCallSchema, recorded.call, sent));
    const revision = recorded ? recorded.revision + (isAsked ? 0 : 1) : 0;
    const unjudged =
      recorded?.status === CallStatus.SUBMITTED
        ? create(AnswerSubmittedSchema, { callKey: call.key, revision, answer: recorded.answer })
        : undefined;
    const asksAnew = recorded !== undefined && !isAsked;
    const answered = this.#answers.wait(
      { call, composed, choices: asked.choices, revision, asksAnew, within },
      unjudged,
    );
    const following = (isAsked ? Promise.resolve() : this.push(asked.method, body)).then(
      () => this.patches.follow(call.key, composed.fields),
      (error: unknown) => this.#answers.reject(call.key, error),
    );
    await Promise.all([answered, following]);
    this.#live.answered(call.key);
    return answered;
  }

  /** Shows what waits for no answer. It is no part of what replay walks along: what was shown stays, and what is new is shown. */
  async #show(asked: Spec, composed: Composed, call: IoCall): Promise<unknown> {
    const shown = this.replay.shown(call.key)?.call;
    if (shown && isShownAgain(shown, call)) this.loading.clear();
    else {
      const sent = await this.#fit(asked, composed, call, shown);
      this.loading.clear();
      await this.push(asked.method, { case: "call", value: { $typeName: "interval.run.v1.CallMade", call: sent } });
    }
    this.patches.follow(call.key, composed.fields);
    return composed.assemble(new Map(composed.fields.map(({ key }) => [key, null])));
  }

  /** A call as it is sent: with what it needs before that, and what is too large for a message stored. */
  async #fit(asked: Spec, composed: Composed, call: IoCall, recorded: IoCall | undefined): Promise<IoCall> {
    if (composed.fields.some(({ built, uploads }) => built.before || uploads.isNeeded)) {
      await orAborted(this.signal, Promise.all(composed.fields.map((field) => this.#prepare(field))));
      checkAnswerable(composed, asked.choices);
      this.#throwIfOver();
    }
    if (recorded?.components.some(({ stored }) => stored !== undefined)) {
      await orAborted(this.signal, this.#stored.learn(recorded));
    }
    const fitted = this.#stored.call(call, composed.fields);
    const sent = fitted instanceof Promise ? await orAborted(this.signal, fitted) : fitted;
    this.#throwIfOver();
    return sent;
  }

  /** The program has ended, perhaps by an error. Rejects when what is recorded goes further. */
  async reachEnd(cause?: unknown): Promise<void> {
    if (!this.#over && !this.canceled) await this.walk.end(cause);
  }

  /** Tells the developer of something that the program threw; not that it was interrupted, which is no fault. */
  tell(thrown: Thrown): void {
    if (!isInterruption(thrown.error, this.signal)) this.onThrown(thrown);
  }

  #throwIfOver(): void {
    if (this.#over) throw this.#over;
    this.signal.throwIfAborted();
  }

  /** Has there what a component needs before it can be sent. */
  async #prepare({ component, built, uploads }: Field): Promise<void> {
    await built.before?.(this.signal);
    component.kind = built.kind;
    await uploads.done();
  }

  /** Sends a frame as {@link send} does. What is wrong with it is told with the name of the method that the program has called. */
  async push(method: string, body: HostFrame["body"]): Promise<void> {
    try {
      await this.send(body);
    } catch (error) {
      if (!(error instanceof HostMisuseError)) throw error;
      throw new HostMisuseError(`${method}: ${error.message}`, { cause: error });
    }
  }

  /** Reads what the run shows again, as `ctx.refresh` does. A replay does not wait for it. */
  async refresh(key?: string): Promise<void> {
    const refreshed = this.#live.refresh(key);
    if (this.replay.isReplaying) refreshed.catch((error: unknown) => this.tell({ error, origin: "handler" }));
    else await refreshed;
  }

  /** Takes an answer that the server has stored. */
  answer(submitted: AnswerSubmitted): Promise<void> {
    return this.#answers.judge(submitted);
  }

  /** The value that a scripted operator enters in a component that waits; undefined where none does, or nothing can be entered. */
  enter(callKey: string, componentKey: string, given: unknown, entry: Entry): Promise<IoValue | undefined> {
    return this.#answers.enter(callKey, componentKey, given, entry);
  }

  /**
   * A result as it is sent.
   * @param where what it is the result of, for errors
   */
  pack(result: Value, where: string): ReturnType<Stored["value"]> {
    return orAborted(this.signal, this.#stored.value(result, where));
  }

  /** What answers the fetches of a component; undefined when there is no such component. */
  serving(callKey: string, componentKey: string): Serve | undefined {
    return this.served.get(`${callKey}\n${componentKey}`);
  }

  /** Whether it could go on elsewhere now: nothing that cannot be repeated is being done. */
  get mayMove(): boolean {
    return this.durable && this.#answers.areAwaited && !this.steps.areRunning && this.outbox.isEmpty;
  }

  /** Whether the handler has ended and its outcome is on its way. */
  get isFinished(): boolean {
    return this.#over !== undefined;
  }

  /** Somebody wants the run to end: pending calls reject, the signal aborts, and the handler may clean up. */
  cancel(request: CancelRequested): void {
    this.canceled = request;
    this.#interrupt(new CanceledError("The run was canceled."));
  }

  /** Tells both sides of promises that the handler, which has ended, has made and not awaited. */
  tellUnused(): void {
    for (const sentence of this.unused.end(this.signal)) {
      this.#logger?.warn(`${this.id}: ${sentence}`);
      void this.log(LogLevel.WARNING, [sentence]);
    }
  }

  /** Says how the run ended. Nothing can be said after it. Calls that nobody awaited stay as they are. */
  finish(finished: RunFinished): void {
    if (this.#over) return;
    this.replay.stop();
    void this.outbox.push({ case: "finish", value: finished });
    this.#over = new RunClosedError("The run is over: its handler has returned. Await every call before that.");
  }

  /** The run is over for the server, whatever the program does. */
  close(reason: string): void {
    this.#over = new RunClosedError(reason);
    this.#isClosed = true;
    this.patches.stop();
    this.outbox.discard();
    this.#interrupt(this.#over);
  }

  /** Sends a component anew, also after the end of the run. What cannot be sent is logged: it never fails a run. */
  async #resend(callKey: string, field: Field): Promise<void> {
    const { component, built, uploads } = field;
    this.#warn(field);
    try {
      await uploads.done();
      component.kind = built.kind;
      const value = await this.#stored.component(field);
      if (this.#isClosed) return;
      const change = { case: "component" as const, value };
      await this.outbox.push({ case: "patch", value: { $typeName: "interval.run.v1.CallPatched", callKey, change } });
    } catch (error) {
      await this.log(LogLevel.WARNING, [`"${component.label}" could not be brought up to date: ${messageOf(error)}`]);
    }
  }

  /** Tells what the developer should know of a component, once. */
  #warn({ warnings }: Field): void {
    for (const warning of warnings.splice(0)) void this.log(LogLevel.WARNING, [warning]);
  }

  #interrupt(reason: Error): void {
    this.replay.stop();
    this.#abort.abort(reason);
    this.#answers.rejectAll(reason);
  }

  /** Warns whoever watches this host, and nobody else. */
  warnHost(text: string): void {
    this.#logger?.warn(`${this.id}: ${text}`);
  }

  /** Logs a line beside the run. It never rejects. */
  async log(level: LogLevel, values: readonly unknown[]): Promise<void> {
    try {
      await this.#sayLine(level, values);
    } catch (error) {
      const beginning = values.slice(0, shownValues).map((value) => shorten(detailsOf(value), limits.inlineText));
      await this.#sayLine(level, [`A line was cut. ${messageOf(error)} It begins: ${beginning.join(" ")}`]);
    }
  }

  async #sayLine(level: LogLevel, values: readonly unknown[]): Promise<void> {
    const line = create(LineLoggedSchema, { level, values: values.map(toLogged) });
    if (this.replay.hasLine(line)) return;
    if (this.#over && level === LogLevel.WARNING) this.warnHost(values.map(messageOf).join(" "));
    await this.send({ case: "log", value: line });
  }

  async #sayLoading(value: LoadingChanged): Promise<void> {
    if (this.replay.isReplaying) return;
    try {
      await this.send({ case: "loading", value });
    } catch {
      // Progress never fails a run, not even with a label of a megabyte.
    }
  }

  /** Ends the run for a fault that its program cannot catch. */
  fail(error: unknown, reason = FailureReason.THROWN): void {
    this.tell({ error, origin: "handler" });
    this.finish(create(RunFinishedSchema, { outcome: { case: "failure", value: toFailure(error, reason) } }));
    this.#interrupt(isError(error) ? error : new RunClosedError(messageOf(error)));
  }

  /** The program does something for the first time: from now on the operator sees what it is doing. */
  #goLive(): void {
    if (!this.replay.isReplaying) return;
    this.replay.goLive();
    this.loading.again(this.replay.loading !== undefined);
  }

  async #settled(): Promise<void> {
    await this.outbox.settled();
    this.signal.throwIfAborted();
    if (this.#over) throw this.#over;
  }

  #sayStep(value: StepTaken): void {
    if (this.#over) throw this.#over;
    try {
      void this.outbox.push({ case: "step", value });
      this.walk.ended();
    } catch (error) {
      throw new HostMisuseError(`ctx.step "${value.name}": its result cannot be recorded. ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  #toCall(asked: Spec, composed: Composed): IoCall {
    const key = numbered(composed.baseKey, this.#taken);
    // What is given back was waited for one after the other.
    if (this.durable && this.#asking.has(composed.baseKey) && !this.walk.has("call", key)) {
      throw new HostMisuseError(
        `${asked.method}: a call of the same kind and label waits already. In a durable action, calls that wait at the same time need a "key" each.`,
      );
    }
    return toCall(asked, composed, key);
  }
}

/** A value as a line shows it: what is no data, such as a promise, is named. */
function toLogged(value: unknown): Value {
  const leftOut: LeftOut[] = [];
  const packed = toValue(value, leftOut);
  const [left] = leftOut;
  return left?.path === "" ? toValue(`[${left.reason}]`) : packed;
}
