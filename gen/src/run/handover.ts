import { HandoverOutcome } from "../../ts/interval/run/v1/run_event_pb.ts";
import type { Handover, RunState } from "../../ts/interval/run/v1/run_state_pb.ts";

/** The question for a run's driver's seat, while it waits. */
export function waitingHandover({ handover }: Pick<RunState, "handover">): Handover | undefined {
  return handover?.outcome === HandoverOutcome.UNSPECIFIED ? handover : undefined;
}
