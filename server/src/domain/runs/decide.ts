import { create } from "@bufbuild/protobuf";
import { type Timestamp, timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import {
  type Actor,
  AnswerSubmittedSchema,
  CallStatus,
  CancelRequestedSchema,
  checkAnswer,
  type Driver,
  type FailureReason,
  type Happening,
  HostLostSchema,
  type IoAnswer,
  isOver,
  isServerAnswered,
  RunAssignedSchema,
  RunFinishedSchema,
  type RunState,
} from "@interval/proto";
import { type AssetRecords, settleAssets } from "../assets/answer.ts";
import { AnswerConflictError, AnswerRefusedError, DeniedError, NotFoundError } from "../errors.ts";

// What happens to a run is decided here, by pure functions of its state. Nothing is written, sent or timed.

/** An operator's answer. */
export interface AnswerCommand {
  callKey: string;
  revision: number;
  answer: IoAnswer;
  by: Actor;
  /** The browser tab that answers; empty for programs. */
  tabId: string;
  /** The stored assets that the answer names, as far as there are any. */
  assets: AssetRecords;
}

/**
 * Takes an answer, or throws why not.
 *
 * @throws {AnswerRefusedError} when it breaks the call's rules
 * @throws {AnswerConflictError} when the call is not open at that revision
 * @throws {DeniedError} when another person, key or tab drives the run
 */
export function decideAnswer(state: RunState, command: AnswerCommand): Happening[] {
  const { callKey, revision, by, tabId, assets } = command;
  const found = state.calls.find(({ call }) => call?.key === callKey);
  if (!found?.call) throw new NotFoundError(`The run has asked nothing under the key "${callKey}".`);
  if (found.status !== CallStatus.OPEN) {
    throw new AnswerConflictError(found, `The call "${callKey}" does not wait for an answer.`);
  }
  if (found.revision !== revision) {
    const message = `The call "${callKey}" is at revision ${found.revision}; revision ${revision} was answered.`;
    throw new AnswerConflictError(found, message);
  }
  assertDrives(state, by);
  if (state.driver?.tabId !== tabId) {
    throw new DeniedError("You drive this run in another tab. To answer here, drive it here.");
  }
  const own = found.call.components.find(({ kind }) => kind.case !== undefined && isServerAnswered(kind.case));
  if (own) throw new DeniedError(`"${own.label}" is answered by the server, after a check of its own.`);
  // Also where the server cannot see what is asked: a component may be newer, or stored.
  const forged = Object.values(command.answer.values).some(({ kind }) => kind.case && isServerAnswered(kind.case));
  if (forged) throw new DeniedError("This is answered by the server alone, after a check of its own.");
  const of = { runId: state.run?.id ?? "", callKey, by: actorId(by) };
  const { answer, faults } = settleAssets(command.answer, of, assets);
  const errors = checkAnswer(found.call, answer, faults);
  if (errors.length > 0) throw new AnswerRefusedError(errors);
  return [{ case: "submitted", value: create(AnswerSubmittedSchema, { callKey, revision, answer, by }) }];
}

/** Throws unless somebody is the person or key that drives a run, in whichever tab. */
export function assertDrives({ driver }: RunState, by: Actor): void {
  if (isSameActor(driver?.actor, by)) return;
  const name = nameOf(driver);
  throw new DeniedError(
    name ? `${name} drives this run. Ask to drive it first.` : "Nobody drives this run. Drive it first.",
  );
}

/** A driver as people read it; empty for nobody. */
export function nameOf(driver: Driver | undefined): string {
  const kind = driver?.actor?.kind;
  if (kind?.case === "apiKey") return `The API key ${kind.value.prefix}…`;
  if (kind?.case !== "user") return "";
  const { firstName, lastName, email } = kind.value;
  return [firstName, lastName].filter(Boolean).join(" ") || email || "Somebody else";
}

/** Whether two are the same person or key. Nobody is nobody. */
export function isSameActor(a: Actor | undefined, b: Actor | undefined): boolean {
  if (a?.kind.case === "user" && b?.kind.case === "user") return a.kind.value.id === b.kind.value.id;
  if (a?.kind.case === "apiKey" && b?.kind.case === "apiKey") return a.kind.value.id === b.kind.value.id;
  return false;
}

/** The id of a person or key; empty for the server itself. */
export function actorId({ kind }: Actor): string {
  return kind.case === "user" || kind.case === "apiKey" ? kind.value.id : "";
}

/** Rises each time a run is given to a host: what the host of an earlier one says no longer counts. */
export function epochOf({ epoch }: RunState): number {
  return epoch || 1;
}

/** Gives a durable run to another host, unless the one that was lost in an epoch has it no more. */
export function decideAssigned(state: RunState, lostEpoch: number, hostInstanceId: string): Happening[] {
  if (isOver(state.run) || epochOf(state) !== lostEpoch) return [];
  return [{ case: "assigned", value: create(RunAssignedSchema, { hostInstanceId, epoch: lostEpoch + 1 }) }];
}

/**
 * The host of a run is away: it has so long to come back, and that of a durable run for ever. Said again when the time has changed, as after a
 * restart of the server.
 */
export function decideHostLost(state: RunState, graceMs: number, reason = "The host is away."): Happening[] {
  if (isOver(state.run)) return [];
  const graceUntil = state.run?.durable ? undefined : timestampFromMs(Date.now() + graceMs);
  if (state.hostLost && isNear(state.hostLost.graceUntil, graceUntil)) return [];
  return [{ case: "hostLost", value: create(HostLostSchema, { reason, graceUntil }) }];
}

function isNear(a: Timestamp | undefined, b: Timestamp | undefined): boolean {
  return a && b ? Math.abs(timestampMs(a) - timestampMs(b)) < 1000 : a === b;
}

/** No host that is attached has the action of a durable run that was lost in an epoch. It is said once. */
export function decideActionMissing(state: RunState, lostEpoch: number): Happening[] {
  if (isOver(state.run) || epochOf(state) !== lostEpoch || state.hostLost?.actionMissing) return [];
  const reason = `No connected host has the action "${state.run?.action ?? ""}".`;
  return [{ case: "hostLost", value: create(HostLostSchema, { reason, actionMissing: true }) }];
}

/** Asks a run to end, once. */
export function decideCancel(state: RunState, by: Actor): Happening[] {
  if (isOver(state.run) || state.cancelRequested) return [];
  return [{ case: "cancelRequested", value: create(CancelRequestedSchema, { by }) }];
}

/** Ends a run that was asked to end and whose program did not. */
export function decideCanceled(state: RunState): Happening[] {
  if (isOver(state.run)) return [];
  const by = state.cancelRequested?.by;
  const outcome = { case: "canceled" as const, value: { by } };
  return [{ case: "finished", value: create(RunFinishedSchema, { outcome }) }];
}

/** Ends a run that cannot go on. */
export function decideFailed(state: RunState, reason: FailureReason, message: string): Happening[] {
  if (isOver(state.run)) return [];
  if (state.cancelRequested) return decideCanceled(state);
  const outcome = { case: "failure" as const, value: { type: "HostError", message, reason } };
  return [{ case: "finished", value: create(RunFinishedSchema, { outcome }) }];
}

/** Whether something is only broadcast: how far a program has come with what it does. */
export function isTransient(state: RunState, happening: Happening): boolean {
  if (happening.case !== "loading" || !state.loading || !happening.value.loading) return false;
  return state.loading.label === happening.value.loading.label;
}

/** Whether a call waits for the operator, or the run is over: what `wait` waits for. */
export function isSettled(state: RunState): boolean {
  return isOver(state.run) || state.calls.some(({ status }) => status === CallStatus.OPEN);
}
