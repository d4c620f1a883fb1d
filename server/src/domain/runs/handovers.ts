import { timestampMs } from "@bufbuild/protobuf/wkt";
import { type Actor, type Driver, type HandoverOutcome, limits, type RunState, waitingHandover } from "@interval/proto";
import type { Timing } from "../../config.ts";
import type { Background } from "../background.ts";
import { Timers } from "../timers.ts";
import type { Committed, RunActor } from "./actor.ts";
import { isSameActor } from "./decide.ts";
import { decideAskedAnew, decideHandover, decideHandoverDue, decideTakeOver } from "./decide-handover.ts";
import { Presence } from "./presence.ts";
import type { Runs } from "./runs.ts";

/** The drivers' seats: who is there, who asks, and the time that a driver has to say no. */
export class Handovers {
  readonly presence: Presence;
  readonly #timers: Timers;
  readonly #runs: Runs;
  readonly #timing: Timing;

  constructor(runs: Runs, timing: Timing, background: Background) {
    this.presence = new Presence(timing.driverAwayMs, background);
    this.#timers = new Timers(background);
    this.#runs = runs;
    this.#timing = timing;
  }

  /** Somebody watches a run. @returns ends it */
  look(run: RunActor, seat: Driver): () => void {
    this.#countAnew(run);
    return this.presence.enter(run.id, seat);
  }

  /** Takes a driver's seat, or asks for it. */
  takeOver(run: RunActor, by: Driver, requestId?: string): Promise<RunState> {
    this.#countAnew(run);
    const { handoverMs } = this.#timing;
    const isAway = ({ driver }: RunState) => driver !== undefined && this.presence.isAway(run.id, driver);
    const decide = (state: RunState) => decideTakeOver(state, { by, isAway: isAway(state), handoverMs });
    return run.submit({ decide, requestId });
  }

  /** Whether a driver's seat is the same person's, in a tab that no longer looks at the run. A program is never seen looking. */
  isFree({ id, state: { driver } }: RunActor, by: Driver): boolean {
    if (!driver?.tabId || !isSameActor(driver.actor, by.actor)) return false;
    return driver.tabId !== by.tabId && !this.presence.isWatching(id, driver);
  }

  /** Settles a question for a driver's seat before its time. */
  decide(
    run: RunActor,
    command: { sequence: bigint; outcome: HandoverOutcome; by: Actor },
    requestId?: string,
  ): Promise<RunState> {
    return run.submit({ decide: (state) => decideHandover(state, command), requestId });
  }

  /** Counts the time of questions that were asked, and no longer that of those that are settled. */
  committed({ id, state }: RunActor, { events }: Committed): void {
    const waiting = waitingHandover(state);
    if (!waiting) {
      this.#timers.clear(id);
      return;
    }
    const asked = events.find(({ sequence }) => sequence === waiting.sequence);
    if (asked?.kind.case !== "handoverRequested") return;
    const { by, until } = asked.kind.value;
    const ms = until && asked.time ? timestampMs(until) - timestampMs(asked.time) : this.#timing.handoverMs;
    this.#timers.set(id, ms, () => {
      // A key has no stream to be seen by.
      const isGone = by !== undefined && by.tabId !== "" && !this.presence.isWatching(id, by);
      return this.#runs.quietly(id, { decide: (now) => decideHandoverDue(now, waiting.sequence, isGone) });
    });
  }

  close(): void {
    this.#timers.clearAll();
    this.presence.close();
  }

  /** Starts the time of a question anew that an earlier server counted, once somebody is there for it: browsers come back with pauses. */
  #countAnew({ id, state }: RunActor): void {
    const waiting = waitingHandover(state);
    if (!waiting || this.#timers.has(id)) return;
    const ms = this.#timing.handoverMs + limits.backoff.maxMs;
    this.#timers.set(id, ms, () => undefined); // until it is recorded, so that it is done once
    void this.#runs.quietly(id, { decide: (now) => decideAskedAnew(now, waiting.sequence, ms) });
  }
}
