// What is compared of two states of a run.
import { createHash } from "node:crypto";
import { toBinary } from "@bufbuild/protobuf";
import { RunStateSchema } from "@interval/proto";

/** A short text that is the same for states that look the same. How far a program has come with what it does is only broadcast, and left out. */
export function digestOf(state) {
  const { finished } = state;
  const outcome = finished?.outcome;
  const end =
    outcome?.case === "failure"
      ? { ...finished, outcome: { ...outcome, value: withoutStack(outcome.value) } }
      : finished;
  const shown = {
    ...state,
    loading: state.loading && { $typeName: state.loading.$typeName, label: state.loading.label, itemsCompleted: 0n },
    sequence: 0n,
    finished: end,
  };
  return createHash("sha1").update(toBinary(RunStateSchema, shown)).digest("base64url").slice(0, 12);
}

function withoutStack(failure) {
  return { ...failure, stack: "", cause: undefined };
}
