import { ConnectError } from "@connectrpc/connect";
import { isOver, type RunState } from "@interval/proto";
import { useThrottleFn } from "@vueuse/core";
import { onScopeDispose, type Ref, shallowRef, watch } from "vue";
import { emptyTranscript, extendTranscript } from "../components/run/transcript/entries.ts";
import { saveFile } from "../lib/save-file.ts";
import { transcriptFile } from "../lib/transcript-file.ts";
import { useApi } from "../transport.ts";
import { useTopic } from "./useWatch.ts";

/** Events a page. */
const pageSize = 100;

/** Of a run that is open, what is new is read at most once in so many milliseconds. */
const liveMs = 250;

/** All that happened in a run, a page at a time; of an open run what is new comes by itself. */
export function useTranscript(runId: string, state: Readonly<Ref<RunState>>) {
  const { runs } = useApi();
  const ended = new AbortController();
  const transcript = shallowRef(emptyTranscript());
  const hasMore = shallowRef(true);
  const loading = shallowRef(false);
  const error = shallowRef<ConnectError>();

  /** Whether something has happened that the last page may not hold. */
  let stale = false;
  let reading: Promise<void> | undefined;

  async function read(): Promise<void> {
    stale = false;
    loading.value = true;
    error.value = undefined;
    try {
      const afterSequence = transcript.value.state.sequence;
      const page = await runs.listEvents({ runId, afterSequence, pageSize }, { signal: ended.signal });
      transcript.value = extendTranscript(transcript.value, page.events);
      hasMore.value = page.hasMore;
    } catch (cause) {
      if (!ended.signal.aborted) error.value = ConnectError.from(cause);
    }
    loading.value = false;
    reading = undefined;
    if (stale) follow();
  }

  function loadMore(): Promise<void> {
    reading ??= read();
    return reading;
  }

  /** Reads what is new, once the person has come to the end. */
  function follow(): void {
    stale = true;
    if (!reading && !hasMore.value && !error.value && !ended.signal.aborted) void loadMore();
  }
  const news = useThrottleFn(follow, liveMs, true);
  watch(() => state.value.sequence, news);
  if (!isOver(state.value.run)) {
    const afterSequence = state.value.sequence;
    useTopic(() => ({ case: "logs", value: { $typeName: "interval.operator.v1.LogTopic", runId, afterSequence } }), {
      updates: news,
    });
  }

  void loadMore();
  onScopeDispose(() => ended.abort());

  return {
    transcript,
    /** Whether events follow that are not here yet. */
    hasMore,
    loading,
    error,
    loadMore,

    /** Brings all that is there by now; stops at the first fault. */
    async loadAll(): Promise<void> {
      while (hasMore.value && !ended.signal.aborted) {
        await loadMore();
        if (error.value) return;
        await new Promise((drawn) => setTimeout(drawn)); // the page stays usable meanwhile
      }
    },

    /** Saves all that happened as a file. */
    async exportJson(): Promise<void> {
      const read = (afterSequence: bigint) =>
        runs.listEvents({ runId, afterSequence, pageSize: 200 }, { signal: ended.signal });
      saveFile(await transcriptFile(read), runId, "json");
    },
  };
}
