import { type Run, RunStatus } from "../../ts/interval/run/v1/run_pb.ts";

const over: ReadonlySet<RunStatus> = new Set([
  RunStatus.SUCCEEDED,
  RunStatus.FAILED,
  RunStatus.CANCELED,
  RunStatus.REDIRECTED,
]);

/** Whether a run has ended, in whatever way. */
export function isOver(run: Pick<Run, "status"> | undefined): boolean {
  return run !== undefined && over.has(run.status);
}
