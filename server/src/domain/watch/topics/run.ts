import { limits, type RunEvent, type RunTopic } from "@interval/proto";
import { canSeeStacks, seatOf } from "../../access/place.ts";
import { eventWithoutStack, stateWithoutStack } from "../redact.ts";
import { listenToRun, newer, visibleRun } from "./run-news.ts";
import type { FindTopic } from "./topic.ts";

/** One run: its state, or the events after a sequence where they are few, then its events. */
export const findRun: FindTopic<RunTopic> = async (caller, { runId, afterSequence, tabId }, parts) => {
  const actor = await visibleRun(caller, runId, parts);
  const { organizationId } = actor.scope;
  const stacks = canSeeStacks(caller, organizationId);
  return async (subscription) => {
    const tell = (event: RunEvent) =>
      subscription.send({ case: "runEvent", value: stacks ? event : eventWithoutStack(event) });
    const listening = listenToRun(actor, parts, subscription);
    subscription.onEnd(parts.runs.handovers.look(actor, seatOf(caller, organizationId, tabId)));
    const query = { kinds: "withoutLogs" as const, limit: limits.catchUpEvents, bytes: limits.listBytes };
    const missed =
      afterSequence > 0n
        ? await parts.journal.readEventPage(runId, { ...query, after: Number(afterSequence) })
        : undefined;
    let last: bigint;
    if (missed && missed.next === undefined) {
      for (const event of missed.events) tell(event);
      last = missed.events.at(-1)?.sequence ?? afterSequence;
    } else {
      const { state } = actor;
      subscription.send({ case: "runState", value: stacks ? state : stateWithoutStack(state) });
      last = state.sequence;
    }
    listening.begin((news) => {
      for (const event of newer(news, last)) if (event.kind.case !== "logged") tell(event);
    });
  };
};
