import { CallStatus, fromValue, type IoCall, LoadingSchema, RedirectRequestedSchema } from "@interval/proto";
import type { Asset } from "../assets/assets.ts";
import { HostMisuseError, TimeoutError } from "../errors.ts";
import { assign, holds, isByName, isNamed } from "./assign.ts";
import { TestCall } from "./call.ts";
import type { TestComponent } from "./component.ts";
import { labelsOf, waitsFor } from "./describe.ts";
import type { MemoryLink } from "./link.ts";
import { logLevelName, runStatusName, type TestRunStatus } from "./names.ts";
import { type PlainRecord, plainRecord } from "./plain.ts";

/** A line that was logged beside the run. */
export interface TestLogLine {
  /** "warning" is said by the SDK: something was mended or left out. */
  level: string;
  /** What was logged, one value an argument. */
  values: unknown[];
}

/**
 * A run of an action, with the test in the place of its operator. Whatever waits gives up when nothing happens in the run for `timeoutMs`, and
 * says what the run waits for.
 */
export class TestRun {
  readonly #link: MemoryLink;

  /** @internal */
  constructor(link: MemoryLink) {
    this.#link = link;
  }

  /** Where it stands, such as "awaiting_input" or "succeeded". */
  get status(): TestRunStatus {
    return runStatusName(this.#link.state.run?.status ?? 0);
  }

  /** Everything asked and shown so far, in order. */
  get calls(): TestCall[] {
    return this.#link.state.calls.flatMap(({ call }) => (call ? [new TestCall(this.#link, call.key)] : []));
  }

  /** Everything logged so far. */
  get logs(): TestLogLine[] {
    return this.#link.events.flatMap(({ kind }) =>
      kind.case === "logged"
        ? [{ level: logLevelName(kind.value.level), values: kind.value.values.map(fromValue) }]
        : [],
    );
  }

  /** What the action says that it is doing; undefined while it says nothing. */
  get loading(): PlainRecord | undefined {
    const { loading } = this.#link.state;
    return loading && plainRecord(LoadingSchema, loading);
  }

  /** Everything that the action has said of its progress, in order. */
  get progress(): PlainRecord[] {
    return this.#link.events.flatMap(({ kind }) =>
      kind.case === "loading" && kind.value.loading ? [plainRecord(LoadingSchema, kind.value.loading)] : [],
    );
  }

  /** Where the action leads the operator, `{ link, replace }`; undefined where it does not. */
  get redirect(): PlainRecord | undefined {
    const { redirect } = this.#link.state;
    return redirect && plainRecord(RedirectRequestedSchema, redirect);
  }

  /**
   * Waits for a call that waits for an answer.
   * @param name a key or label of the call or of one of its components; without it the call that was asked first
   * @throws what the action threw, if that ends the run
   */
  call(name?: string): Promise<TestCall> {
    const what = name === undefined ? "anything more" : `"${name}"`;
    return this.#untilAsked(what, (open) => open.find((call) => name === undefined || isNamed(call, name)));
  }

  /**
   * Answers what is asked, now or next: with values by label or key, or with the value of the only input. Where several calls are open, the one
   * that asks under these names gets them. What is not named keeps what it starts with; `undefined` leaves it empty. Resolves once the action
   * has the answer.
   *
   * @example await run.answer({ Email: "ada@example.com", Charges: [{ id: 5 }] });
   * @example await run.answer(true);
   * @throws {AnswerRefusedError} when a rule or a validator refuses it; it may be answered again
   * @throws what the action threw, if that ends the run
   */
  async answer(values: unknown = {}): Promise<void> {
    const call = await this.#untilAnswerable(values);
    await call.answer(values);
  }

  /**
   * Presses a button of what is asked, now or next, named by its label or value.
   * @param values as for {@link answer}
   */
  async choose(choice: string, values: unknown = {}): Promise<void> {
    const has = ({ choices }: IoCall) => choices.some(({ label, value }) => label === choice || value === choice);
    const call = await this.#untilAsked(`the button "${choice}"`, (open) => open.find(has));
    await call.choose(choice, values);
  }

  /**
   * Waits for a component that is shown or asked, displays included.
   * @param name a key or label; of several the latest is given
   */
  async component(name: string): Promise<TestComponent> {
    const call = await this.#until(`"${name}" to be shown`, `without showing "${name}"`, () => {
      return this.#link.state.calls.findLast(({ call }) => call && holds(call, name))?.call;
    });
    return new TestCall(this.#link, call.key).component(name);
  }

  /**
   * Waits for the end of the run, and gives what the action returned, as the operator gets it. A run that leads elsewhere gives nothing.
   * @throws what the action threw, itself
   * @throws {CanceledError} when the run was canceled
   */
  async result<T = unknown>(): Promise<T> {
    const { outcome } = await this.#link.until(
      () => this.#link.state.finished,
      (ms) => this.#stuck(ms, "its end"),
    );
    // The caller says what the action returns.
    if (outcome.case === "success") return fromValue(outcome.value.result) as T;
    if (outcome.case === "redirected") return undefined as T;
    throw this.#link.endError("before it had a result");
  }

  /** Cancels the run, and waits for its end. A run that is over stays as it is. */
  async cancel(): Promise<void> {
    const { state } = this.#link;
    if (state.finished) return;
    if (!state.cancelRequested) {
      const { sequence, kind } = this.#link.append({ case: "cancelRequested", value: { by: this.#link.operator } });
      if (kind.case === "cancelRequested") this.#link.say({ case: "cancel", value: kind.value }, sequence);
    }
    await this.#link.until(
      () => this.#link.state.finished,
      (ms) => this.#stuck(ms, "its end after it was canceled"),
    );
  }

  /** Bytes that the run shows or was given, by the `assetId` of an image, a video or a file. */
  asset(id: string): Asset {
    const asset = this.#link.assets.stored.get(id);
    if (!asset) throw new HostMisuseError(`There is no asset "${id}".`);
    return asset;
  }

  /** Cancels what is still open: for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.cancel();
  }

  #untilAnswerable(values: unknown): Promise<TestCall> {
    const names = isByName(values) ? Object.keys(values) : [];
    const what = names.length > 0 ? names.map((name) => `"${name}"`).join(", ") : "anything more";
    return this.#untilAsked(what, (open) => {
      if (names.length > 0) return open.find((call) => assign(call, values).values.size > 0);
      const [first, ...others] = open;
      if (!first || others.length === 0) return first;
      const asked = open.map((call) => `\n  ${labelsOf(call)}`).join("");
      throw new HostMisuseError(`Several calls wait for an answer, so give values by label:${asked}`);
    });
  }

  async #untilAsked(what: string, find: (open: IoCall[]) => IoCall | undefined): Promise<TestCall> {
    const { key } = await this.#until(`${what} to be asked`, `without asking for ${what}`, () => {
      const { calls } = this.#link.state;
      return find(calls.flatMap(({ call, status }) => (call && status === CallStatus.OPEN ? [call] : [])));
    });
    return new TestCall(this.#link, key);
  }

  #until<T>(what: string, without: string, find: () => T | undefined): Promise<T> {
    return this.#link.until(
      () => {
        const found = find();
        if (found === undefined && this.#link.state.finished) throw this.#link.endError(without);
        return found;
      },
      (ms) => this.#stuck(ms, what),
    );
  }

  #stuck(ms: number, what: string): TimeoutError {
    return new TimeoutError(`Waited ${ms} ms for ${what}. ${waitsFor(this.#link.state)}`);
  }
}
