import { create } from "@bufbuild/protobuf";
import {
  type AnswerSubmitted,
  type HostFrame,
  type IoAnswer,
  type IoCall,
  type IoChosen,
  type IoValue,
  IoValueSchema,
} from "@interval/proto";
import type { Composed } from "../io/compose.ts";
import type { Entry } from "../io/entry.ts";
import { type Chosen, judge } from "../io/judge.ts";
import type { Answering } from "../io/method.ts";
import type { ChoiceInput } from "../io/spec.ts";
import { messageOf } from "../thrown.ts";
import { fitErrors } from "./fit-errors.ts";
import type { Loading } from "./loading.ts";
import type { TellThrown } from "./report.ts";
import type { aside } from "./storage.ts";
import type { Stored } from "./stored.ts";

/** A call whose answer is waited for. */
interface Waiting {
  call: IoCall;
  composed: Composed;
  choices?: readonly ChoiceInput[];
  revision: number;
  /** It replaces what an earlier execution asked: an answer to that one, on its way meanwhile, counts. */
  asksAnew: boolean;
  /** Runs something where the program asked, so that its validators find `io` and `ctx` as the program does. */
  within: ReturnType<typeof aside>;
}

interface Pending extends Waiting {
  /** An answer to this revision is being judged. */
  judging: boolean;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
}

/** What answers need of their run. */
interface AnsweredRun {
  signal: AbortSignal;
  loading: Loading;
  stored: Stored;
  send: (body: HostFrame["body"]) => Promise<void>;
  warn: (text: string) => Promise<void>;
  tell: TellThrown;
  /** Resolves once what was recorded is given: no new answer overtakes it. */
  turn: () => Promise<void> | undefined;
  /** Told of each answer that is taken, when that is said. */
  ended: () => void;
  /** Ends the run for a fault that its program cannot catch. */
  fail: (error: unknown) => void;
}

/** The calls of a run that wait: each answer is judged by the program's own data and validators, and the server told the verdict. */
export class Answers {
  readonly #run: AnsweredRun;
  readonly #pending = new Map<string, Pending>();
  /** Keys of calls that take answers, or did: who sees one since an earlier execution may answer before it is asked again, or ready to be. */
  readonly #asked = new Set<string>();
  /** Answers that came before the program, executed again, has asked. */
  readonly #early = new Map<string, AnswerSubmitted>();

  constructor(run: AnsweredRun) {
    this.#run = run;
  }

  /** Whether a call waits. */
  get areAwaited(): boolean {
    return this.#pending.size > 0;
  }

  /**
   * Waits for the answer to a call, and gives what the program gets.
   * @param recorded an answer that an earlier execution was given and did not judge
   */
  wait(waiting: Waiting, recorded: AnswerSubmitted | undefined): Promise<unknown> {
    const { key } = waiting.call;
    this.#asked.add(key);
    const answered = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(key, { ...waiting, judging: false, resolve, reject });
    });
    const submitted = this.#early.get(key) ?? recorded;
    this.#early.delete(key);
    if (submitted) void this.judge(submitted);
    return answered;
  }

  /** Judges an answer that the server has stored, and tells it the verdict. It never rejects: what cannot be told ends the run. */
  async judge(submitted: AnswerSubmitted): Promise<void> {
    try {
      await this.#judge(submitted);
    } catch (error) {
      this.#run.fail(error);
    }
  }

  async #judge(submitted: AnswerSubmitted): Promise<void> {
    const { callKey, revision, answer } = submitted;
    const pending = this.#pending.get(callKey);
    if (!this.#asked.has(callKey)) this.#early.set(callKey, submitted);
    if (!pending || pending.judging) return;
    if (revision !== pending.revision && !(pending.asksAnew && revision === pending.revision - 1)) return;
    pending.judging = true;
    pending.asksAnew = false;
    const { signal, loading, tell, send } = this.#run;
    const empty: IoAnswer = { $typeName: "interval.io.v1.IoAnswer", values: {} };
    const { call, composed, choices } = pending;
    await this.#run.turn();
    const progress = loading.aside();
    const answering = { signal, progress: progress.show, thrown: tell };
    const verdict = await pending.within(() => judge(call, composed, choices, answer ?? empty, answering));
    const chosen = verdict.ok ? await this.#record(verdict.chosen, answering) : undefined;
    progress.end();
    pending.judging = false;
    if (!this.#pending.has(callKey)) return;
    if (verdict.ok) {
      this.#pending.delete(callKey);
      const value = { $typeName: "interval.run.v1.AnswerAccepted", callKey, revision, chosen } as const;
      const sent = send({ case: "accepted", value });
      this.#run.ended();
      pending.resolve(verdict.value);
      await sent;
    } else {
      pending.revision = revision + 1;
      const errors = fitErrors(verdict.errors);
      await send({
        case: "refused",
        value: { $typeName: "interval.run.v1.AnswerRefused", callKey, revision, errors },
      });
    }
  }

  /** The value that a scripted operator enters in a component that waits; undefined where none does, or nothing can be entered. */
  async enter(callKey: string, componentKey: string, given: unknown, entry: Entry): Promise<IoValue | undefined> {
    const pending = this.#pending.get(callKey);
    const { enter } = pending?.composed.fields.find(({ key }) => key === componentKey)?.built ?? {};
    return pending && enter && create(IoValueSchema, { kind: await pending.within(() => enter(given, entry)) });
  }

  /** A call that could not be sent is answered by nobody. */
  reject(callKey: string, reason: unknown): void {
    this.#pending.get(callKey)?.reject(reason);
    this.#pending.delete(callKey);
  }

  /** Nobody answers any more. */
  rejectAll(reason: Error): void {
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }

  /** What was chosen, as it is recorded. It never rejects: what cannot be recorded is left out, and the answer stands. */
  async #record(chosen: Chosen, answering: Answering): Promise<IoChosen | undefined> {
    try {
      return await this.#run.stored.chosen(chosen, answering);
    } catch (error) {
      if (!this.#run.signal.aborted) await this.#run.warn(`What was chosen is not recorded. ${messageOf(error)}`);
      return undefined;
    }
  }
}
