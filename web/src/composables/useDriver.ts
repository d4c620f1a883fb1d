import { type Actor, type RunState, waitingHandover } from "@interval/proto";
import { computed, type Ref } from "vue";
import { actorName } from "../lib/actors.ts";
import { tabId } from "../lib/tab.ts";
import { useSession } from "./useSession.ts";

/** Who drives a run, as the person in this tab sees it. */
export type Driving =
  /** This tab. */
  | "here"
  /** Another tab, or a program, of the same person. */
  | "elsewhere"
  /** Another person or key. */
  | "other"
  /** Nobody. */
  | "nobody";

/** Who drives a run, who asks to, and which of them is the person in this tab. */
export function useDriver(state: Readonly<Ref<RunState | undefined>>) {
  const session = useSession();

  function isMe(actor: Actor | undefined): boolean {
    return actor?.kind.case === "user" && actor.kind.value.id === session.user.value?.id;
  }

  const driving = computed<Driving>(() => {
    const driver = state.value?.driver;
    if (isMe(driver?.actor)) return driver?.tabId === tabId() ? "here" : "elsewhere";
    return actorName(driver?.actor) ? "other" : "nobody";
  });
  const waiting = computed(() => state.value && waitingHandover(state.value));

  return {
    driving,
    /** The question that waits. */
    waiting,
    /** Whether the last question, waiting or settled, is this person's. */
    isMine: computed(() => isMe(state.value?.handover?.by?.actor)),
  };
}
