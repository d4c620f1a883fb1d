import type { RunEvent } from "@interval/proto";
import type { Caller } from "../../../auth/identity.ts";
import { canSeeRun } from "../../access/place.ts";
import { NotFoundError } from "../../errors.ts";
import type { RunActor } from "../../runs/actor.ts";
import type { RunNews } from "../../runs/runs.ts";
import type { Subscription } from "../subscription.ts";
import type { TopicParts } from "./topic.ts";

/**
 * The run, if the caller may see it.
 * @throws {NotFoundError} when they may not, or there is none
 */
export async function visibleRun(caller: Caller, runId: string, { runs }: TopicParts): Promise<RunActor> {
  const actor = await runs.find(runId);
  if (!canSeeRun(caller, actor)) throw new NotFoundError(`There is no run ${runId}.`);
  return actor;
}

/** Listens to a run for as long as a subscription lasts. What happens before `begin` is kept until then. */
export function listenToRun(
  actor: RunActor,
  { runs }: TopicParts,
  subscription: Subscription,
): { begin: (tell: (news: RunNews) => void) => void } {
  let early: RunNews[] | undefined = [];
  let told: ((news: RunNews) => void) | undefined;
  const end = runs.news.listen(actor.id, (news) => (told ? told(news) : early?.push(news)));
  subscription.onEnd(() => {
    end();
    runs.viewersChanged(actor.id, actor.state.run);
  });
  runs.viewersChanged(actor.id, actor.state.run);
  return {
    begin(tell) {
      told = tell;
      for (const news of early ?? []) tell(news);
      early = undefined;
    },
  };
}

/**
 * What came after a sequence. What was only broadcast has the place of the event before it: told after a later one it would undo what that
 * one says, such as that a program has stopped loading.
 */
export function newer({ events, state }: RunNews, after: bigint): RunEvent[] {
  let place = state.sequence - BigInt(events.filter(({ sequence }) => sequence > 0n).length);
  return events.filter(({ sequence }) => {
    if (sequence > 0n) place = sequence;
    return sequence > 0n ? sequence > after : place >= after;
  });
}
