import type { HostFrame } from "../../ts/interval/host/v1/frame_pb.ts";
import type { RunEvent } from "../../ts/interval/run/v1/run_event_pb.ts";
import { CallStatus, type RunState } from "../../ts/interval/run/v1/run_state_pb.ts";
import { isOver } from "./status.ts";

/** What happens in a run: an event that has no place in the journal yet. */
export type Happening = Exclude<RunEvent["kind"], { case: undefined }>;

/**
 * What a host's frame means for its run. Pure. What comes too late, and what is newer than this package, means nothing; values that were
 * on their way when the run ended are not too late.
 */
export function decideHostFrame(state: RunState, { case: name, value }: HostFrame["body"]): Happening[] {
  if (isOver(state.run) && name !== "patch") return [];
  switch (name) {
    case "began":
      // Whose run it is is known; what the frame claims counts nothing.
      return [{ case: "began", value: { ...value, hostInstanceId: state.hostInstanceId } }];
    case "call":
      // What was answered is decided before it is asked anew.
      return value.call && !isAnswered(state, value.call.key) ? [{ case: "called", value }] : [];
    case "patch":
      return [{ case: "patched", value }];
    case "accepted":
      return isSubmitted(state, value) ? [{ case: "accepted", value }] : [];
    case "refused":
      return isSubmitted(state, value) ? [{ case: "refused", value }] : [];
    case "withdrawn":
      return [{ case: "withdrawn", value }];
    case "log":
      return [{ case: "logged", value }];
    case "loading":
      return state.loading || value.loading ? [{ case: "loading", value }] : [];
    case "redirect":
      return [{ case: "redirected", value }];
    case "step":
      return [{ case: "stepped", value }];
    case "finish":
      return [{ case: "finished", value }];
    default:
      return []; // about the connection, or not about the journal
  }
}

function isAnswered(state: RunState, callKey: string): boolean {
  return state.calls.some(({ call, status }) => call?.key === callKey && status === CallStatus.SUBMITTED);
}

function isSubmitted(state: RunState, { callKey, revision }: { callKey: string; revision: number }): boolean {
  const found = state.calls.find(({ call }) => call?.key === callKey);
  return found?.status === CallStatus.SUBMITTED && found.revision === revision;
}
