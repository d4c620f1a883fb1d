import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  type Actor,
  type Driver,
  DriverChangedSchema,
  HandoverEndedSchema,
  HandoverOutcome,
  HandoverRequestedSchema,
  type Happening,
  isOver,
  type RunState,
  waitingHandover,
} from "@interval/proto";
import { DeniedError, InvalidError, PreconditionError } from "../errors.ts";
import { isSameActor, nameOf } from "./decide.ts";

// Who drives a run is decided here, by pure functions of its state.

/** Somebody wants to drive. */
export interface TakeOverCommand {
  by: Driver;
  /** Whether the driver has been away for so long that nobody is asked. */
  isAway: boolean;
  /** How long a driver has to say no, in milliseconds. */
  handoverMs: number;
}

/**
 * Takes the driver's seat, or asks for it.
 *
 * @throws {PreconditionError} when the run is over, or another question waits
 */
export function decideTakeOver(state: RunState, { by, isAway, handoverMs }: TakeOverCommand): Happening[] {
  if (isOver(state.run)) throw new PreconditionError("The run is over: nobody drives it any more.");
  if (isSameSeat(state.driver, by)) return [];
  const waiting = waitingHandover(state);
  const isOwn = isSameActor(waiting?.by?.actor, by.actor);
  const isSame = isSameActor(state.driver?.actor, by.actor);
  if (waiting && !isOwn && !isSame) throw new PreconditionError(`${nameOf(waiting.by)} has asked to drive already.`);
  if (isSame) return driven(by);
  if (isAway || !hasDriver(state)) return [...(waiting ? ended(HandoverOutcome.GRANTED) : []), ...driven(by)];
  if (waiting && isSameSeat(waiting.by, by)) return [];
  return [...(waiting ? ended(HandoverOutcome.WITHDRAWN, by.actor) : []), asked(by, handoverMs)];
}

/**
 * Settles a question before its time.
 *
 * @throws {InvalidError} for an outcome that nobody may choose
 * @throws {DeniedError} when it is not theirs to settle
 * @throws {PreconditionError} when it no longer waits
 */
export function decideHandover(
  state: RunState,
  { sequence, outcome, by }: { sequence: bigint; outcome: HandoverOutcome; by: Actor },
): Happening[] {
  const isWithdrawal = outcome === HandoverOutcome.WITHDRAWN;
  if (!isWithdrawal && outcome !== HandoverOutcome.GRANTED && outcome !== HandoverOutcome.DENIED) {
    throw new InvalidError("The outcome must be GRANTED or DENIED, or WITHDRAWN by the one who asked.");
  }
  const waiting = waitingHandover(state);
  if (waiting?.sequence !== sequence) throw new PreconditionError("That question to drive no longer waits.");
  const whose = isWithdrawal ? waiting.by : state.driver;
  if (!isSameActor(whose?.actor, by)) {
    throw new DeniedError(isWithdrawal ? "Somebody else has asked." : `${nameOf(whose)} drives this run, and decides.`);
  }
  const granted = outcome === HandoverOutcome.GRANTED && waiting.by ? driven(waiting.by) : [];
  return [...ended(outcome, by), ...granted];
}

/** The time of a question is over: the one who asked drives, unless they are gone. */
export function decideHandoverDue(state: RunState, sequence: bigint, isGone: boolean): Happening[] {
  const waiting = waitingHandover(state);
  if (waiting?.sequence !== sequence) return [];
  if (isGone || !waiting.by) return ended(HandoverOutcome.LAPSED);
  return [...ended(HandoverOutcome.GRANTED), ...driven(waiting.by)];
}

/** Gives a question its time anew: the server that counted it is gone. */
export function decideAskedAnew(state: RunState, sequence: bigint, handoverMs: number): Happening[] {
  const waiting = waitingHandover(state);
  return waiting?.by && waiting.sequence === sequence ? [asked(waiting.by, handoverMs)] : [];
}

function hasDriver({ driver }: RunState): boolean {
  return driver?.actor?.kind.case === "user" || driver?.actor?.kind.case === "apiKey";
}

function isSameSeat(a: Driver | undefined, b: Driver): boolean {
  return isSameActor(a?.actor, b.actor) && a?.tabId === b.tabId;
}

function driven(driver: Driver): Happening[] {
  return [{ case: "driverChanged", value: create(DriverChangedSchema, { driver }) }];
}

function asked(by: Driver, handoverMs: number): Happening {
  const until = timestampFromMs(Date.now() + handoverMs);
  return { case: "handoverRequested", value: create(HandoverRequestedSchema, { by, until }) };
}

function ended(outcome: HandoverOutcome, by?: Actor): Happening[] {
  return [{ case: "handoverEnded", value: create(HandoverEndedSchema, { outcome, by }) }];
}
