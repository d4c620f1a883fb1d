import { ConnectError } from "@connectrpc/connect";
import { type LogLines, limits } from "@interval/proto";
import { computed, onScopeDispose, shallowRef } from "vue";
import { LogWindow } from "../components/run/logs/log-window.ts";
import { useApi } from "../transport.ts";
import { useTopic } from "./useWatch.ts";

/** Lines that are held while the newest are followed: what came before is read again by who scrolls up. */
const mostFollowed = 2000;

/**
 * The log of a run, live: the newest lines at first, earlier ones on demand. What it costs to show a line does not depend on how many were
 * shown before.
 *
 * @param isFollowing whether the person looks at the newest lines
 */
export function useLogs(runId: string, isFollowing: () => boolean) {
  const { runs } = useApi();
  const ended = new AbortController();
  onScopeDispose(() => ended.abort());
  const log = shallowRef(new LogWindow());
  const count = shallowRef(0n);
  const hasEarlier = shallowRef(false);
  const loading = shallowRef(false);
  const error = shallowRef<ConnectError>();
  let opened = false;
  let filling = false;
  /** Whether something has come while lines were read that are missing before it. */
  let missed = false;
  let failed: () => Promise<void> = fill;

  function take(update: LogLines): void {
    count.value = update.count;
    if (filling) missed = true;
    else if (!opened || (update.previousSequence > log.value.last && isFollowing())) restart(update);
    else if (update.previousSequence > log.value.last) void fill();
    else append(update.lines);
  }

  /** Begins with the newest lines: those before them are read by who scrolls up. */
  function restart({ lines, previousSequence }: LogLines): void {
    opened = true;
    log.value = new LogWindow().append(lines);
    hasEarlier.value = previousSequence > 0n;
  }

  function append(lines: LogLines["lines"]): void {
    const grown = log.value.append(lines);
    log.value = isFollowing() ? grown.keepLast(mostFollowed) : grown;
    if (log.value.first > grown.first) hasEarlier.value = true;
  }

  /** Reads the lines that were missed after the last one, for who reads further up. */
  async function fill(): Promise<void> {
    filling = true;
    await read(fill, async () => {
      let hasMore: boolean;
      do {
        missed = false;
        const page = await list({ afterSequence: log.value.last });
        append(page.lines);
        hasMore = page.hasMore;
      } while (hasMore || missed);
    });
    filling = false;
  }

  async function loadEarlier(): Promise<void> {
    if (loading.value || !hasEarlier.value) return;
    loading.value = true;
    await read(loadEarlier, async () => {
      const { first } = log.value;
      const page = await list({ beforeSequence: first });
      if (log.value.first !== first) return; // it begins elsewhere now
      log.value = log.value.prepend(page.lines);
      hasEarlier.value = page.hasMore;
    });
    loading.value = false;
  }

  async function read(again: () => Promise<void>, work: () => Promise<void>): Promise<void> {
    error.value = undefined;
    try {
      await work();
    } catch (cause) {
      if (ended.signal.aborted) return;
      error.value = ConnectError.from(cause);
      failed = again;
    }
  }

  function list(range: { afterSequence: bigint } | { beforeSequence: bigint }) {
    return runs.listLogs({ runId, ...range, pageSize: limits.pageSize.max }, { signal: ended.signal });
  }

  useTopic(() => ({ case: "logs", value: { $typeName: "interval.operator.v1.LogTopic", runId, afterSequence: 0n } }), {
    updates(updates) {
      for (const update of updates) if (update.case === "logLines") take(update.value);
    },
  });

  return {
    chunks: computed(() => log.value.chunks),
    /** How many lines the run has logged. */
    count,
    hasEarlier,
    loading,
    error,
    loadEarlier,
    /** Reads again what could not be read. */
    retry: () => failed(),
    /** The line of a sequence, whole. */
    readLine: async (sequence: bigint) => (await runs.getLogLine({ runId, sequence }, { signal: ended.signal })).line,
  };
}
