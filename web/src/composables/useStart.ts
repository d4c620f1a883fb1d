import { Code, ConnectError } from "@connectrpc/connect";
import type { Run, Value } from "@interval/proto";
import { shallowRef } from "vue";
import { useRouter } from "vue-router";
import { actionPath, type Place, runPath } from "../lib/links.ts";
import { noteStarted } from "../lib/started-here.ts";
import { randomId, tabId } from "../lib/tab.ts";
import { useApi } from "../transport.ts";
import { mayLeave, stayAfterAll } from "./useLeave.ts";
import { useRecent } from "./useRecent.ts";

/**
 * Starts actions and moves to their runs.
 * @param page the path of the page that they are started from, which is refreshed once a run has ended
 */
export function useStart(place: Place, page: () => string = () => "") {
  const { actions, runs } = useApi();
  const router = useRouter();
  const recent = useRecent(place);
  const starting = shallowRef<string>();
  const error = shallowRef<ConnectError>();

  /** Starts an action; resolves once its run is on screen, or with the reason in `error`. Nothing is started by who rather stays where they are. */
  function start(action: string, params: Record<string, Value> = {}, replace = false): Promise<void> {
    return begin({ action, params }, replace);
  }

  async function begin(what: { action: string; params?: Record<string, Value>; againFrom?: string }, replace = false) {
    const { action } = what;
    if (starting.value !== undefined) return;
    starting.value = action;
    error.value = undefined;
    try {
      if (!(await mayLeave())) return;
      const { organization, environment } = place;
      const request = { organization, environment, ...what, requestId: randomId(), tabId: tabId(), page: page() };
      const { state } = await runs.startRun(request);
      if (!state?.run) throw new ConnectError("The server started a run and did not name it.", Code.Internal);
      recent.note(action);
      noteStarted(state.run.id);
      await router[replace ? "replace" : "push"](runPath(place, state.run.id));
    } catch (cause) {
      stayAfterAll();
      error.value = ConnectError.from(cause);
    } finally {
      starting.value = undefined;
    }
  }

  /** What can be opened at a path; undefined where that cannot be told now. */
  async function kindAt(path: string): Promise<"action" | "page" | "nothing" | undefined> {
    const { organization, environment } = place;
    try {
      const { entry } = await actions.getAction({ organization, environment, path });
      return entry?.route?.kind.case;
    } catch (cause) {
      if (ConnectError.from(cause).code !== Code.NotFound) return undefined;
      return (await isFolder(path)) ? "page" : "nothing";
    }
  }

  /** Whether a path is no route itself, but has some below it. */
  async function isFolder(path: string): Promise<boolean> {
    const { organization, environment } = place;
    for (let pageToken = ""; ; ) {
      const page = await actions.listActions({ organization, environment, pageToken });
      if (page.entries.some(({ route }) => route?.path.startsWith(`${path}/`))) return true;
      pageToken = page.nextPageToken;
      if (pageToken === "") return false;
    }
  }

  return {
    starting,
    error,
    start,
    kindAt,

    /** Starts a run again that has diverged: its answers are what the calls of the new one begin with. */
    startAgain({ action, id }: Pick<Run, "action" | "id">): Promise<void> {
      return begin({ action, againFrom: id });
    },

    /** Opens a route: an action starts, a page is shown, and what cannot be started explains itself on its own screen. */
    async open(path: string, params: Record<string, Value> = {}, replace = false): Promise<void> {
      if ((await kindAt(path)) === "action") {
        await start(path, params, replace);
        if (!error.value) return; // it runs, or the person stays
        error.value = undefined;
      }
      await router[replace ? "replace" : "push"](actionPath(place, path, params));
    },
  };
}
