import type { RunListTopic } from "@interval/proto";
import { findPlace, scopeKey } from "../../access/place.ts";
import { filterOf, reachIn } from "../../runs/run-list.ts";
import { RunListView } from "./run-list-view.ts";
import type { FindTopic } from "./topic.ts";

/** What becomes of the runs of an environment. */
export const findRunList: FindTopic<RunListTopic> = async (caller, topic, { runs, people, journal }) => {
  const place = await findPlace(caller, topic, people);
  const [reach, filter] = [reachIn(place), filterOf(topic.filter)];
  return (subscription) => {
    const list = new RunListView(journal, reach, filter, subscription);
    subscription.onEnd(runs.lists.listen(scopeKey(place.scope), (news) => list.tell(news)));
    subscription.send({ case: "runListOpened", value: {} });
  };
};
