import { create, equals, type MessageInitShape } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import { type Run, RunFilterSchema, RunSchema, type RunStatus } from "@interval/proto";
import { computed, onScopeDispose, shallowRef, watch } from "vue";
import type { Place } from "../lib/links.ts";
import { whenIdle } from "../lib/when-idle.ts";
import { useApi } from "../transport.ts";
import { useTopic } from "./useWatch.ts";

/** Which runs a list holds. */
export interface RunListOptions {
  /** Runs a page. */
  pageSize: number;
  /** Only runs that stand so; all when left out. */
  statuses?: readonly RunStatus[];
  /** Only runs that fit this; all when left out. */
  filter?: () => MessageInitShape<typeof RunFilterSchema>;
}

/**
 * The runs of an environment, newest first, a page at a time, and live. With another filter those of the last one stay until the first page
 * of the new ones is there.
 */
export function useRunList(place: Place, { pageSize, statuses = [], filter }: RunListOptions) {
  const { runs: service } = useApi();
  const wanted = computed(() => create(RunFilterSchema, { statuses: [...statuses], ...filter?.() }));
  /** What fits, as far as it is known; it is shown once its first page is there. */
  let fitting = new Map<string, Run>();
  const shown = shallowRef(new Map<string, Run>());
  const stale = shallowRef(false);
  const loading = shallowRef(true);
  const error = shallowRef<ConnectError>();
  const nextPageToken = shallowRef("");
  /** The last run of the pages that were listed: what is older is on pages to come. */
  let last: Run | undefined;
  let generation = 0;
  let listed = false;
  let ended = false;
  onScopeDispose(() => (ended = true));
  let failed: () => Promise<void> = listFirst;
  /** For each request under way, the runs of which something newer was told meanwhile. */
  const told = new Set<Set<string>>();

  function show(): void {
    if (listed) shown.value = new Map(fitting);
  }

  function isListed(run: Run): boolean {
    return nextPageToken.value === "" || last === undefined || newestFirst(run, last) <= 0;
  }

  /** Lists one page; undefined when another list is wanted meanwhile, or it could not be had. */
  async function list(pageToken: string, again: () => Promise<void>) {
    const mine = generation;
    const { organization, environment } = place;
    const newer = new Set<string>();
    told.add(newer);
    loading.value = !listed || pageToken !== "";
    error.value = undefined;
    try {
      const request = { organization, environment, filter: wanted.value, pageSize, pageToken };
      const response = await service.listRuns(request);
      return mine === generation ? { ...response, newer } : undefined;
    } catch (cause) {
      if (mine !== generation) return undefined;
      error.value = ConnectError.from(cause);
      failed = again;
      loading.value = false;
      return undefined;
    } finally {
      told.delete(newer);
    }
  }

  /** Takes what was listed. What is the same stays the same object, and is not drawn again. */
  function keep({ runs, newer }: { runs: Run[]; newer: ReadonlySet<string> }): void {
    for (const run of runs) {
      const known = fitting.get(run.id);
      const isNews = !newer.has(run.id) && !(known && equals(RunSchema, known, run));
      if (isNews) fitting.set(run.id, run);
    }
  }

  /** Lists the newest runs, and forgets what is not among them any more. */
  async function listFirst(): Promise<void> {
    const page = await list("", listFirst);
    if (!page) return;
    const { runs, newer } = page;
    const end = page.nextPageToken === "" ? undefined : runs.at(-1);
    // Pages that were listed before follow this one, unless so much is new that something is between them.
    const follows = listed && runs.some(({ id }) => fitting.has(id));
    const ids = new Set(runs.map(({ id }) => id));
    for (const [id, run] of fitting) {
      const isBelow = end !== undefined && newestFirst(run, end) > 0;
      if (isBelow ? !follows : !ids.has(id) && !newer.has(id)) fitting.delete(id);
    }
    keep(page);
    if (!follows) {
      last = end;
      nextPageToken.value = page.nextPageToken;
    }
    listed = true;
    stale.value = false;
    show();
    loading.value = false;
  }

  async function loadMore(): Promise<void> {
    const page = await list(nextPageToken.value, loadMore);
    if (!page) return;
    keep(page);
    last = page.runs.at(-1) ?? last;
    nextPageToken.value = page.nextPageToken;
    show();
    loading.value = false;
  }

  watch(
    () => [place.organization, place.environment, wanted.value] as const,
    ([organization, environment], before) => {
      generation++;
      fitting = new Map();
      last = undefined;
      listed = false;
      if (organization === before?.[0] && environment === before[1]) stale.value = true;
      else shown.value = new Map();
      nextPageToken.value = "";
      void listFirst();
    },
    { immediate: true },
  );

  useTopic(
    () => {
      const { organization, environment } = place;
      return {
        case: "runList",
        value: { $typeName: "interval.operator.v1.RunListTopic", organization, environment, filter: wanted.value },
      };
    },
    {
      updates(updates) {
        for (const update of updates) {
          if (update.case === "runListOpened") listAgain();
          else if (update.case === "run") put(update.value);
          else if (update.case === "runUnfit") drop(update.value.runId);
        }
        show();
      },
    },
  );

  /** Lists what may have changed before the topic was open: once the screen has drawn what it listed at first. */
  function listAgain(): void {
    const mine = generation;
    whenIdle(() => {
      if (mine === generation && !ended) void listFirst();
    });
  }

  function put(run: Run): void {
    for (const newer of told) newer.add(run.id);
    if (fitting.has(run.id) || isListed(run)) fitting.set(run.id, run);
  }

  function drop(runId: string): void {
    for (const newer of told) newer.add(runId);
    fitting.delete(runId);
  }

  return {
    runs: computed(() => [...shown.value.values()].sort(newestFirst)),
    hasMore: computed(() => nextPageToken.value !== ""),
    loading,
    /** Whether what is shown fits the last filter, while the first page of this one is on its way. */
    stale,
    error,
    loadMore,
    /** Does again what has failed. */
    retry: () => failed(),
  };
}

function newestFirst(a: Run, b: Run): number {
  return Number((b.startTime?.seconds ?? 0n) - (a.startTime?.seconds ?? 0n)) || (a.id < b.id ? 1 : -1);
}
