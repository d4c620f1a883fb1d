import { type Run, RunStatus, RunTrigger } from "../../ts/interval/run/v1/run_pb.ts";

const over: ReadonlySet<RunStatus> = new Set([
  RunStatus.SUCCEEDED,
  RunStatus.FAILED,
  RunStatus.CANCELED,
  RunStatus.REDIRECTED,
]);

/** Whether a run ends some time after its last viewer has left: one that a person started, and that is neither durable nor in the background. */
export function endsUnwatched(run: Pick<Run, "status" | "trigger" | "durable" | "backgroundable">): boolean {
  return !isOver(run) && !run.durable && !run.backgroundable && run.trigger === RunTrigger.OPERATOR;
}

/** Whether a run has ended, in whatever way. */
export function isOver(run: Pick<Run, "status"> | undefined): boolean {
  return run !== undefined && over.has(run.status);
}
