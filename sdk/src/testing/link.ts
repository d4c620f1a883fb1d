import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import {
  type Actor,
  ActorSchema,
  type CallState,
  decideHostFrame,
  emptyRunState,
  FailureReason,
  type Fetched,
  type HostFrame,
  HostFrameSchema,
  type IoFetch,
  type IoPage,
  type RunEvent,
  RunEventSchema,
  RunFinishedSchema,
  type RunState,
  reduceRun,
  ServerFrameSchema,
  type StartRun,
  zoneOrUtc,
} from "@interval/proto";
import type { Action } from "../action.ts";
import { MemoryAssets } from "../assets/memory-assets.ts";
import { CanceledError, HostMisuseError, IntervalError, RunClosedError } from "../errors.ts";
import { Dispatcher } from "../host/dispatch.ts";
import type { Logger } from "../logger.ts";
import { toFailure } from "../run/failure.ts";
import type { Run } from "../run/run.ts";
import { whole } from "./whole.ts";

type Kind = NonNullable<MessageInitShape<typeof RunEventSchema>["kind"]>;
type ServerSays = NonNullable<MessageInitShape<typeof ServerFrameSchema>["body"]>;

/** Nothing is printed: whatever goes wrong reaches the test as an error or as a line of the run. */
const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

export interface LinkOptions {
  runId: string;
  start: StartRun;
  /** How long nothing may happen in the run while somebody waits. */
  timeoutMs: number;
  /** The action, which may still have to be loaded. */
  find: () => Action | Promise<Action>;
}

/**
 * A host and its server in one process, with one run between them. The host is the real one; in place of the server stands the fold that the
 * server has, and frames go from one to the other as bytes, since what is sent must not change afterwards.
 */
export class MemoryLink {
  readonly runId: string;
  readonly assets = new MemoryAssets();
  /** Who runs the action, as the journal says it. */
  readonly operator: Actor;
  /** How that person reads dates and numbers. */
  readonly user: { locale: string; timeZone: string };
  /** What the run looks like: the fold of its events. */
  state: RunState = emptyRunState();
  readonly events: RunEvent[] = [];
  /** What ended the run, as it was thrown. */
  thrown: { error: unknown } | undefined;
  readonly #dispatcher: Dispatcher;
  readonly #fetching = new Map<string, (fetched: Fetched) => void>();
  #heard: HostFrame[] = [];
  #waiting: Array<() => void> = [];

  readonly #timeoutMs: number;

  constructor({ runId, start, timeoutMs, find }: LinkOptions) {
    this.runId = runId;
    this.#timeoutMs = timeoutMs;
    const { user } = start.context ?? {};
    this.user = { locale: user?.locale ?? "", timeZone: zoneOrUtc(user?.timeZone ?? "") };
    this.operator = create(ActorSchema, { kind: { case: "user", value: user ?? {} } });
    let action: Action | undefined;
    this.#dispatcher = new Dispatcher({
      instanceId: "test",
      logger: silent,
      assets: this.assets,
      route: () => action,
      onThrown: ({ error, origin }) => {
        if (origin === "handler") this.thrown = { error };
      },
    });
    this.#dispatcher.attach(({ frame }) => this.#hear(frame), []);
    const run = { id: runId, action: start.action, params: start.params, startedBy: this.operator };
    this.append({
      case: "started",
      value: { run, driver: { actor: this.operator }, hostInstanceId: "test" },
    });
    void this.#start(start, async () => {
      action = await find();
    });
  }

  /** The run in its host; undefined once it is over. */
  get run(): Run | undefined {
    return this.#dispatcher.run(this.runId);
  }

  /** Says something to the host. What is in the journal already names its place. */
  say(body: ServerSays, sequence = 0n): void {
    this.#dispatcher.hear(create(ServerFrameSchema, { sequence, scope: { case: "runId", value: this.runId }, body }));
  }

  /** Adds an event to the journal, and to what the run looks like. */
  append(kind: Kind): RunEvent {
    const event = create(RunEventSchema, { sequence: this.state.sequence + 1n, time: timestampNow(), kind });
    this.events.push(event);
    this.state = reduceRun(this.state, event);
    for (const resolve of this.#waiting.splice(0)) resolve();
    return event;
  }

  /** How a call stands. */
  call(key: string): CallState {
    const found = this.state.calls.find(({ call }) => call?.key === key);
    if (!found) throw new HostMisuseError(`The run has asked nothing under the key "${key}".`);
    return found;
  }

  /**
   * Waits until something is there. Whatever happens in the run is a sign of life, and starts the time anew.
   * @param stuck the error for a run in which nothing happens for so many milliseconds
   */
  async until<T>(find: () => T | undefined, stuck: (ms: number) => Error): Promise<T> {
    while (true) {
      const found = find();
      if (found !== undefined) return found;
      if (!(await this.#somethingHappens())) throw stuck(this.#timeoutMs);
    }
  }

  /**
   * Why a run that is over does not go on: what its action threw, itself, if that is what ended it.
   * @param before what has not happened, such as "without asking more"
   */
  endError(before: string): unknown {
    const { case: how, value } = this.state.finished?.outcome ?? { case: undefined };
    if (how === "canceled") return new CanceledError(`The run was canceled ${before}.`);
    if (how !== "failure") return new RunClosedError(`The run has ended ${before}.`);
    return this.thrown ? this.thrown.error : new IntervalError(value.message);
  }

  /**
   * Asks a component for more, as its screen does.
   * @throws {IntervalError} with what the program threw
   */
  async fetch(callKey: string, componentKey: string, fetch: IoFetch): Promise<IoPage> {
    const requestId = `fetch_${crypto.randomUUID()}`;
    const { outcome } = await new Promise<Fetched>((resolve) => {
      this.#fetching.set(requestId, resolve);
      this.say({ case: "fetch", value: { requestId, callKey, componentKey, fetch } });
    });
    if (outcome.case === "page") return outcome.value;
    throw new IntervalError(outcome.value?.message ?? "Nothing was answered.");
  }

  async #start(start: StartRun, load: () => Promise<void>): Promise<void> {
    try {
      await load();
      this.say({ case: "startRun", value: start }, this.state.sequence);
    } catch (error) {
      this.thrown = { error };
      const outcome = { case: "failure" as const, value: toFailure(error, FailureReason.NOT_FOUND) };
      this.append({ case: "finished", value: create(RunFinishedSchema, { outcome }) });
    }
  }

  /** Resolves with whether an event came before the time was over. */
  #somethingHappens(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#timeoutMs, false);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  #hear(frame: HostFrame): void {
    this.#heard.push(fromBinary(HostFrameSchema, toBinary(HostFrameSchema, frame)));
    if (this.#heard.length === 1) queueMicrotask(() => this.#deal());
  }

  #deal(): void {
    for (const { sequence, body: said } of this.#heard.splice(0)) {
      const body = whole(said, (id) => this.#bytesOf(id));
      if (body.case === "fetched") this.#answerFetch(body.value);
      for (const happening of decideHostFrame(this.state, body)) this.append(happening);
      if (sequence > 0n) this.say({ case: "ack", value: { sequence } });
    }
  }

  #bytesOf(id: string): Uint8Array {
    const asset = this.assets.stored.get(id);
    if (!asset) throw new IntervalError(`The asset ${id} was not stored.`);
    return asset.bytes;
  }

  #answerFetch(fetched: Fetched): void {
    this.#fetching.get(fetched.requestId)?.(fetched);
    this.#fetching.delete(fetched.requestId);
  }
}
