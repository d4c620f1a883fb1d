import { createHash } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import {
  type Failure,
  fromValue,
  type LeftOut,
  limits,
  type StepTaken,
  StepTakenSchema,
  toValue,
  type Value,
} from "@interval/proto";
import { ConnectionError, HostMisuseError } from "../errors.ts";
import { numbered } from "../io/compose.ts";
import { show } from "../io/props.ts";
import { toFailure } from "./failure.ts";
import { isAside } from "./storage.ts";
import type { Made, Unused } from "./unused.ts";
import type { Walk } from "./walk.ts";

/** What a step is given. */
export interface StepContext {
  /** Identifies this step of this run for other systems, and stays the same when it has to run again. */
  idempotencyKey: string;
  /** Aborts when the run is canceled or its server has given it up. */
  signal: AbortSignal;
}

/** What is said of a step. */
export interface StepOptions {
  /** Identifies it; needed where steps with equal names run at the same time. The name by default. */
  key?: string;
}

/** Does something once in a run, and remembers what it gave. */
export type TakeStep = <T>(name: string, fn: (step: StepContext) => T, options?: StepOptions) => Promise<Awaited<T>>;

/** What a step needs of its run. */
export interface StepRun {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly durable: boolean;
  /** The program's way along what is recorded. */
  readonly walk: Walk;
  /** Remembers steps until they have ended. */
  readonly unused: Unused;
  /** Resolves once everything that was said is stored. Rejects when the run is over. */
  settled(): Promise<void>;
  /** Says how a step ended; it has its place as soon as the call returns. */
  say(step: StepTaken): void;
  /** A result as it is said: itself, or the id of the asset that holds it. */
  pack(result: Value, where: string): Promise<{ inline: Value } | { id: string }>;
  /** A result that an asset holds. */
  read(id: string): Promise<Value>;
}

/** What the SDK records by itself stands under names of its own. */
const reserved = "ctx.";

/** The steps of one execution. */
export class Steps {
  readonly #run: StepRun;
  readonly #taken = new Map<string, number>();
  readonly #running = new Set<string>();

  constructor(run: StepRun) {
    this.#run = run;
  }

  /** Whether something is being done that has to be recorded. */
  get areRunning(): boolean {
    return this.#running.size > 0;
  }

  /** Does something, unless it is recorded. What it did is recorded before this resolves. */
  async take<T>(name: string, fn: (step: StepContext) => T, { key }: StepOptions = {}): Promise<Awaited<T>> {
    const base = this.#read(name, fn, key);
    const stepKey = numbered(base, this.#taken);
    if (this.#run.durable && this.#running.has(base) && !this.#run.walk.has("step", stepKey)) {
      throw new HostMisuseError(
        `ctx.step "${name}": a step "${base}" is running already. Give steps that run at the same time a key each: ctx.step("${name}", fn, { key }).`,
      );
    }
    const { begunAfter } = this.#run.walk;
    const made = this.#remember(name);
    this.#running.add(base);
    try {
      const member = await this.#run.walk.reach({ what: "step", key: stepKey, method: "ctx.step", label: name });
      const known = member?.step;
      // What a program recorded is what its step gave.
      if (member && known) return (await this.#run.walk.giveInTurn(member, () => this.#recall(known))) as Awaited<T>;
      await this.#run.settled(); // nothing is done that what was before could be lost from
      const { step, thrown, given } = await this.#perform(stepKey, name, fn);
      this.#run.say({ ...step, begunAfter });
      await this.#run.settled();
      if (thrown) throw thrown.error;
      return fromValue(given) as Awaited<T>;
    } finally {
      this.#running.delete(base);
      made?.use();
    }
  }

  /** Remembers a step until it has ended: one that nobody awaits is cut off by the end of the run. */
  #remember(name: string): Made | undefined {
    const fault = "was not awaited: it had not ended when the handler did, and is not recorded. Await it.";
    return this.#run.unused.add({ name: () => `ctx.step ${JSON.stringify(name)}`, fault }, this.#remember);
  }

  /** Records what the SDK finds out for a program, such as the time. */
  note<T>(name: string, find: () => T): T {
    if (!this.#run.durable || isAside()) return find();
    const method = reserved + name;
    const key = numbered(method, this.#taken);
    const { begunAfter } = this.#run.walk;
    const known = this.#run.walk.reachNow({ what: "step", key, method, label: "" })?.step;
    if (known) return outcomeOf(known) as T;
    const value = find();
    const outcome = { case: "result" as const, value: toValue(value) };
    this.#run.say(create(StepTakenSchema, { key, name: method, outcome, begunAfter }));
    return value;
  }

  #read(name: unknown, fn: unknown, key: unknown): string {
    if (typeof name !== "string" || name === "") {
      throw new HostMisuseError(`ctx.step: the name (first argument) must be a text, but it is ${show(name)}.`);
    }
    if (typeof fn !== "function") {
      throw new HostMisuseError(`ctx.step "${name}": the second argument must be a function, but it is ${show(fn)}.`);
    }
    if (key !== undefined && (typeof key !== "string" || key === "")) {
      throw new HostMisuseError(`ctx.step "${name}": "key" must be a text, but it is ${show(key)}.`);
    }
    const base = key ?? name;
    const longest = Math.max(base.length, name.length);
    if (longest > limits.keyLength) {
      throw new HostMisuseError(
        `ctx.step ${show(name)}: a name or key has ${longest} characters; at most ${limits.keyLength} are possible.`,
      );
    }
    if (base.startsWith(reserved)) {
      throw new HostMisuseError(`ctx.step "${name}": names that begin with "${reserved}" are the SDK's own.`);
    }
    if (this.#run.durable && isAside()) {
      throw new HostMisuseError(
        `ctx.step "${name}": in a durable action it works in the handler alone. Validators, and what gives data for the screen, are not executed again with it.`,
      );
    }
    return base;
  }

  async #perform(key: string, name: string, fn: (step: StepContext) => unknown): Promise<Performed> {
    const { id, signal } = this.#run;
    const digest = createHash("sha256").update(key).digest("base64url").slice(0, 22);
    let result: unknown;
    try {
      result = await fn({ idempotencyKey: `${id}.${digest}`, signal });
    } catch (error) {
      // Who was interrupted has not failed: it runs again.
      signal.throwIfAborted();
      const outcome = { case: "failure" as const, value: toFailure(error) };
      return { step: create(StepTakenSchema, { key, name, outcome }), thrown: { error } };
    }
    const leftOut: LeftOut[] = [];
    const value = toValue(result, leftOut);
    const [left] = leftOut;
    if (left) {
      const what = left.path ? `"${left.path}" of its result` : "its result";
      throw new HostMisuseError(
        `ctx.step "${name}": ${what} cannot be recorded: it is ${left.reason}. Return plain data.`,
      );
    }
    const packed = await this.#pack(value, name);
    const outcome =
      "id" in packed
        ? { case: "storedResult" as const, value: packed.id }
        : { case: "result" as const, value: packed.inline };
    return { step: create(StepTakenSchema, { key, name, outcome }), given: value };
  }

  /** What was done cannot be undone, so its record is stored as soon as the server can be heard, however long that takes. */
  async #pack(value: Value, name: string): ReturnType<StepRun["pack"]> {
    while (true) {
      try {
        return await this.#run.pack(value, `The result of ctx.step "${name}"`);
      } catch (error) {
        if (!(error instanceof ConnectionError)) throw error;
      }
    }
  }

  async #recall(known: StepTaken): Promise<unknown> {
    const { outcome } = known;
    return outcome.case === "storedResult" ? fromValue(await this.#run.read(outcome.value)) : outcomeOf(known);
  }
}

/** A step that was taken, what it gave, and what it threw, in the program's own words. */
interface Performed {
  step: StepTaken;
  given?: Value;
  thrown?: { error: unknown };
}

/** What a recorded step gave; throws what it threw. */
function outcomeOf({ outcome }: StepTaken): unknown {
  if (outcome.case === "failure") throw toError(outcome.value);
  return outcome.case === "result" ? fromValue(outcome.value) : undefined;
}

/** An error like the one that was thrown before: of the same name, but not of the program's own class. */
function toError({ type, message, stack, cause, errors }: Failure): Error {
  const options = cause && { cause: toError(cause) };
  const error =
    errors.length > 0 ? new AggregateError(errors.map(toError), message, options) : new Error(message, options);
  error.name = type;
  if (stack) error.stack = stack;
  return error;
}
