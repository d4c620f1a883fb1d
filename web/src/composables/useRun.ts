import { Code, ConnectError } from "@connectrpc/connect";
import {
  AnswerRefusalSchema,
  CallStatus,
  type FieldError,
  type HandoverOutcome,
  type IoAnswer,
  type IoFetch,
  type IoPage,
  type RunState,
} from "@interval/proto";
import { until } from "@vueuse/core";
import { randomId, tabId } from "../lib/tab.ts";
import { useApi } from "../transport.ts";
import { useRunState } from "./useRunState.ts";

/** What became of an answer: taken, refused with faults, or overtaken by another one. */
export type AnswerOutcome = { taken: true } | { taken: false; errors: FieldError[] };

/** How long the stream may take to tell of an answer that was stored, in milliseconds, before the form no longer waits for it. */
const newsMs = 3_000;

/** Whether a call waits for an answer to this revision. */
function isOpen(state: RunState | undefined, callKey: string, revision: number): boolean {
  const found = state?.calls.find(({ call }) => call?.key === callKey);
  return found?.status === CallStatus.OPEN && found.revision === revision;
}

/** A run as it stands, live: its state is the fold of its events. */
export function useRun(runId: () => string) {
  const { runs } = useApi();
  const { state, error, take } = useRunState(runId, tabId());

  async function refresh(): Promise<void> {
    take((await runs.getRun({ runId: runId() })).state);
  }

  return {
    state,
    error,

    /**
     * Answers a call. It is stored once this returns that it was taken. Whatever else went wrong is thrown.
     */
    async answer(callKey: string, revision: number, answer: IoAnswer): Promise<AnswerOutcome> {
      try {
        const request = { runId: runId(), callKey, revision, answer, requestId: randomId(), tabId: tabId() };
        await runs.answerCall(request);
        await until(state).toMatch((now) => !isOpen(now, callKey, revision), { timeout: newsMs });
        return { taken: true };
      } catch (cause) {
        const refused = ConnectError.from(cause);
        if (refused.code === Code.InvalidArgument) {
          return { taken: false, errors: refused.findDetails(AnswerRefusalSchema).flatMap(({ errors }) => errors) };
        }
        if (refused.code !== Code.Aborted) throw refused;
        await refresh(); // answered already, or asked anew: show what is recorded
        return { taken: true };
      }
    },

    /**
     * Takes the driver's seat for this tab, or asks for it: the state tells.
     * @param ifFree takes it only from a tab of one's own that is closed
     */
    async takeOver(ifFree = false): Promise<void> {
      take((await runs.takeOver({ runId: runId(), tabId: tabId(), requestId: randomId(), ifFree })).state);
    },

    /** Settles the question for the driver's seat that waits. One that is settled already stays as it is. */
    async decideHandover(outcome: HandoverOutcome): Promise<void> {
      const sequence = state.value?.handover?.sequence ?? 0n;
      try {
        take((await runs.decideHandover({ runId: runId(), sequence, outcome, requestId: randomId() })).state);
      } catch (cause) {
        if (ConnectError.from(cause).code !== Code.FailedPrecondition) throw cause;
        await refresh();
      }
    },

    /** Asks the run to end. */
    async cancel(): Promise<void> {
      take((await runs.cancelRun({ runId: runId(), requestId: randomId() })).state);
    },

    /** Asks the component's host for a page. */
    async fetch(callKey: string, componentKey: string, fetch: IoFetch, signal: AbortSignal): Promise<IoPage> {
      const { page } = await runs.fetch({ runId: runId(), callKey, componentKey, fetch }, { signal });
      if (!page) throw new ConnectError("The host answered without a page.", Code.Internal);
      return page;
    },
  };
}
