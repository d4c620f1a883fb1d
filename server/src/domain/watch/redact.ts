import type {
  Failure,
  PagePart,
  PageRefreshed,
  PageShown,
  RunEvent,
  RunFinished,
  RunState,
  StepTaken,
} from "@interval/proto";

/** A failure without its stacks, which are for developers. */
function withoutStack(failure: Failure): Failure {
  const { cause, errors } = failure;
  return { ...failure, stack: "", cause: cause && withoutStack(cause), errors: errors.map(withoutStack) };
}

function finishedWithoutStack(finished: RunFinished): RunFinished {
  const { outcome } = finished;
  if (outcome.case !== "failure") return finished;
  return { ...finished, outcome: { case: "failure", value: withoutStack(outcome.value) } };
}

function stepWithoutStack(step: StepTaken): StepTaken {
  const { outcome } = step;
  if (outcome.case !== "failure") return step;
  return { ...step, outcome: { case: "failure", value: withoutStack(outcome.value) } };
}

/** An event as somebody sees it who may not see stacks. */
export function eventWithoutStack(event: RunEvent): RunEvent {
  const { kind } = event;
  if (kind.case === "finished")
    return { ...event, kind: { case: "finished", value: finishedWithoutStack(kind.value) } };
  if (kind.case === "stepped") return { ...event, kind: { case: "stepped", value: stepWithoutStack(kind.value) } };
  return event;
}

/** A state as somebody sees it who may not see stacks. */
export function stateWithoutStack(state: RunState): RunState {
  return state.finished ? { ...state, finished: finishedWithoutStack(state.finished) } : state;
}

/** What a page shows at first, as somebody sees it who may not see stacks. */
export function shownWithoutStack(shown: PageShown): PageShown {
  const { outcome } = shown;
  return outcome.case === "failure"
    ? { ...shown, outcome: { case: "failure", value: withoutStack(outcome.value) } }
    : shown;
}

/** What a page's refresh has come to, as somebody sees it who may not see stacks. */
export function refreshedWithoutStack(refreshed: PageRefreshed): PageRefreshed {
  return refreshed.failure ? { ...refreshed, failure: withoutStack(refreshed.failure) } : refreshed;
}

/** A part of a page as somebody sees it who may not see stacks. */
export function partWithoutStack(part: PagePart): PagePart {
  const { content } = part;
  return content.case === "failure"
    ? { ...part, content: { case: "failure", value: withoutStack(content.value) } }
    : part;
}
