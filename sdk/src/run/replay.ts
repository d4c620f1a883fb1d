import type { CallState, CancelRequested, Loading, RunEvent, RunState, StepTaken } from "@interval/proto";
import { CallStatus, foldRun } from "@interval/proto";

/**
 * What a durable run has recorded, for a program that is executed again: it is given back by key, in whatever order it is asked for. A run that is
 * executed for the first time has recorded nothing.
 */
export class Replay {
  readonly #state: RunState;
  readonly #steps = new Map<string, StepTaken>();
  /** What was recorded as done and not asked for yet. */
  readonly #left = new Set<string>();
  #linesLeft: bigint;
  #redirectsLeft = 0;
  #isLive: boolean;

  constructor(events: readonly RunEvent[] = [], linesLogged = 0n) {
    this.#state = foldRun(events);
    this.#linesLeft = linesLogged;
    for (const { kind } of events) {
      if (kind.case === "stepped") this.#steps.set(kind.value.key, kind.value);
      if (kind.case === "redirected") this.#redirectsLeft++;
    }
    for (const { call, status } of this.#state.calls) {
      if (call && status === CallStatus.ACCEPTED) this.#left.add(`call ${call.key}`);
    }
    for (const key of this.#steps.keys()) this.#left.add(`step ${key}`);
    this.#isLive = this.#left.size === 0;
  }

  /** Whether the program does again what it has done before. */
  get isReplaying(): boolean {
    return !this.#isLive && this.#left.size > 0;
  }

  /** The program does something for the first time. */
  goLive(): void {
    this.#isLive = true;
  }

  /** What is recorded of a call. */
  call(key: string): CallState | undefined {
    const found = this.#state.calls.find(({ call, status }) => call?.key === key && status !== CallStatus.WITHDRAWN);
    if (found) this.#left.delete(`call ${key}`);
    return found;
  }

  /** What is recorded of a step. */
  step(key: string): StepTaken | undefined {
    this.#left.delete(`step ${key}`);
    return this.#steps.get(key);
  }

  /** Whether the line that is logged now was logged before. */
  hasLine(): boolean {
    if (this.#linesLeft === 0n) return false;
    this.#linesLeft--;
    return true;
  }

  /** Whether the redirect that is asked for now was asked for before. */
  hasRedirect(): boolean {
    if (this.#redirectsLeft === 0) return false;
    this.#redirectsLeft--;
    return true;
  }

  /** What the program was last said to be doing. */
  get loading(): Loading | undefined {
    return this.#state.loading;
  }

  get cancelRequested(): CancelRequested | undefined {
    return this.#state.cancelRequested;
  }
}
