import { create } from "@bufbuild/protobuf";
import type { IoCall } from "../../ts/interval/io/v1/io_call_pb.ts";
import {
  type CallPatched,
  HandoverOutcome,
  type RunEvent,
  type RunFinished,
} from "../../ts/interval/run/v1/run_event_pb.ts";
import { type Run, RunStatus } from "../../ts/interval/run/v1/run_pb.ts";
import {
  type CallState,
  CallStateSchema,
  CallStatus,
  HandoverSchema,
  type RunState,
  RunStateSchema,
} from "../../ts/interval/run/v1/run_state_pb.ts";
import { waitingHandover } from "./handover.ts";
import { isOver } from "./status.ts";

/** The state of a run before its first event. */
export function emptyRunState(): RunState {
  return create(RunStateSchema);
}

/** The fold of events, from nothing or from a state that holds those before them. */
export function foldRun(events: Iterable<RunEvent>, from: RunState = emptyRunState()): RunState {
  let state = from;
  for (const event of events) state = reduceRun(state, event);
  return state;
}

/**
 * What a run looks like after one more event. Pure: the given state is never changed, and what did not change is shared.
 * An event that the state already holds changes nothing. Events that are only broadcast (sequence 0) are applied too.
 */
export function reduceRun(state: RunState, event: RunEvent): RunState {
  if (event.sequence !== 0n && event.sequence <= state.sequence) return state;
  const next: RunState = { ...state, sequence: event.sequence || state.sequence, ...changes(state, event) };
  return { ...next, run: next.run && withStatus(next, next.run, event) };
}

function changes(state: RunState, event: RunEvent): Partial<RunState> {
  const { kind, sequence } = event;
  switch (kind.case) {
    case "started":
      return {
        run: kind.value.run,
        driver: kind.value.driver,
        hostInstanceId: kind.value.hostInstanceId,
        epoch: kind.value.hostInstanceId ? 1 : 0,
      };
    case "began":
      return {
        hostInstanceId: kind.value.hostInstanceId,
        epoch: state.epoch || 1,
        hostLost: undefined,
        run: state.run && { ...state.run, status: RunStatus.RUNNING },
      };
    case "called":
      return kind.value.call ? { calls: withCall(state.calls, kind.value.call, sequence), loading: undefined } : {};
    case "patched":
      return { calls: patchCalls(state.calls, kind.value) };
    case "submitted": {
      const { callKey, answer, by } = kind.value;
      return changeCall(state, callKey, { status: CallStatus.SUBMITTED, answer, answeredBy: by, errors: [] });
    }
    case "accepted": {
      const { callKey, chosen } = kind.value;
      return changeCall(state, callKey, { status: CallStatus.ACCEPTED, chosen });
    }
    case "refused": {
      const { callKey, revision, errors } = kind.value;
      return changeCall(state, callKey, { status: CallStatus.OPEN, revision: revision + 1, errors });
    }
    case "withdrawn":
      return changeCall(state, kind.value.callKey, { status: CallStatus.WITHDRAWN });
    case "loading":
      return { loading: kind.value.loading };
    case "redirected":
      return { redirect: kind.value };
    case "driverChanged":
      return { driver: kind.value.driver };
    case "handoverRequested":
      return { handover: create(HandoverSchema, { by: kind.value.by, until: kind.value.until, sequence }) };
    case "handoverEnded":
      return { handover: settled(state, kind.value.outcome) };
    case "assigned":
      return { hostInstanceId: kind.value.hostInstanceId, epoch: kind.value.epoch, hostLost: undefined };
    case "hostLost":
      return { hostLost: kind.value };
    case "hostResumed":
      return { hostLost: undefined, hostInstanceId: kind.value.hostInstanceId };
    case "cancelRequested":
      return { cancelRequested: kind.value };
    case "finished":
      return {
        finished: kind.value,
        loading: undefined,
        hostLost: undefined,
        calls: state.calls.map(closed),
        handover: waitingHandover(state) ? settled(state, HandoverOutcome.LAPSED) : state.handover,
        run: state.run && { ...state.run, endTime: event.time },
      };
    case "logged": // a topic of its own
    case "stepped": // replay reads it from the journal
    case undefined: // newer than this package
      return {};
    default:
      return kind satisfies never;
  }
}

/**
 * A call with the key of an earlier one replaces it: a durable run asks anew what it had asked, with what it now has to show. Its revision is
 * higher, so that no answer to the earlier one counts.
 */
function withCall(calls: CallState[], call: IoCall, sequence: bigint): CallState[] {
  const status = call.awaitsAnswer ? CallStatus.OPEN : CallStatus.SHOWN;
  const at = calls.findIndex((known) => known.call?.key === call.key);
  const revision = (calls[at]?.revision ?? -1) + 1;
  const made = create(CallStateSchema, { call, status, sequence, revision });
  return at < 0 ? [...calls, made] : calls.with(at, made);
}

function changeCall(state: RunState, key: string, change: Partial<CallState>): Partial<RunState> {
  return { calls: state.calls.map((known) => (known.call?.key === key ? { ...known, ...change } : known)) };
}

function closed(known: CallState): CallState {
  const waits = known.status === CallStatus.OPEN || known.status === CallStatus.SUBMITTED;
  return waits ? { ...known, status: CallStatus.WITHDRAWN } : known;
}

function settled({ handover }: RunState, outcome: HandoverOutcome): RunState["handover"] {
  return handover && { ...handover, outcome };
}

function patchCalls(calls: CallState[], patch: CallPatched): CallState[] {
  return calls.map((known) =>
    known.call?.key === patch.callKey ? { ...known, call: patchCall(known.call, patch.change) } : known,
  );
}

function patchCall(call: IoCall, change: CallPatched["change"]): IoCall {
  switch (change.case) {
    case "component": {
      const patched = change.value;
      return { ...call, components: call.components.map((known) => (known.key === patched.key ? patched : known)) };
    }
    case "row": {
      const { componentKey, row } = change.value;
      if (!row) return call;
      const components = call.components.map((known) => (known.key === componentKey ? withRow(known, row) : known));
      return { ...call, components };
    }
    case undefined:
      return call;
    default:
      return change satisfies never;
  }
}

type Component = IoCall["components"][number];
type Row = Extract<CallPatched["change"], { case: "row" }>["value"]["row"];

function withRow(component: Component, row: NonNullable<Row>): Component {
  const { kind } = component;
  if (kind.case !== "displayTable" && kind.case !== "selectTable") return component;
  const table = kind.value.table;
  if (!table?.firstPage) return component;
  const rows = table.firstPage.rows.map((known) => (known.key === row.key ? row : known));
  const value = { ...kind.value, table: { ...table, firstPage: { ...table.firstPage, rows } } };
  return { ...component, kind: { ...kind, value } as Component["kind"] };
}

function withStatus(state: RunState, run: Run, event: RunEvent): Run {
  const status = statusOf(state, run, event);
  return status === run.status ? run : { ...run, status };
}

function statusOf(state: RunState, run: Run, event: RunEvent): RunStatus {
  if (state.finished) return outcomeStatus(state.finished);
  if (isOver(run)) return run.status;
  if (state.hostLost) return RunStatus.HOST_LOST;
  if (state.calls.some((known) => known.status === CallStatus.OPEN)) return RunStatus.AWAITING_INPUT;
  if (event.kind.case === "started") return state.hostInstanceId ? RunStatus.STARTING : RunStatus.QUEUED;
  const waitsForHost = run.status === RunStatus.STARTING || run.status === RunStatus.QUEUED;
  return waitsForHost && state.calls.length === 0 ? run.status : RunStatus.RUNNING;
}

function outcomeStatus(finished: RunFinished): RunStatus {
  switch (finished.outcome.case) {
    case "success":
      return RunStatus.SUCCEEDED;
    case "failure":
      return RunStatus.FAILED;
    case "canceled":
      return RunStatus.CANCELED;
    case "redirected":
      return RunStatus.REDIRECTED;
    case undefined: // newer than this package: it is over, and nothing says that it went well
      return RunStatus.FAILED;
    default:
      return finished.outcome satisfies never;
  }
}
