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
  function keep({ runs, newer }: ListedPage): void {
    for (const run of runs) {
      const known = fitting.get(run.id);
      const isNews = !newer.has(run.id) && !(known && equals(RunSchema, known, run));
      if (isNews) fitting.set(run.id, run);
    }
  }

  /**
   * Takes what was listed, and forgets what is not on the page any more.
   * @param above the last run of the page before
   * @returns the last run of this one; undefined when it is the last page
   */
  function takePage(page: ListedPage, above: Run | undefined): Run | undefined {
    const end = page.nextPageToken === "" ? undefined : page.runs.at(-1);
    const ids = new Set(page.runs.map(({ id }) => id));
    for (const [id, run] of fitting) {
      const isOnPage = (!above || newestFirst(run, above) > 0) && (!end || newestFirst(run, end) <= 0);
      if (isOnPage && !ids.has(id) && !page.newer.has(id)) fitting.delete(id);
    }
    keep(page);
    return end;
  }

  const below = (end: Run | undefined) => [...fitting.values()].filter((run) => end && newestFirst(run, end) > 0);

  /** Lists the newest runs, and again all pages that were listed before: any run of them may have changed. */
  async function listFirst(): Promise<void> {
    let page = await list("", listFirst);
    if (!page) return;
    const follows = listed && page.runs.some(({ id }) => fitting.has(id));
    let end = takePage(page, undefined);
    // So much is new that something is between this page and those that were listed before.
    if (!follows) for (const { id } of below(end)) fitting.delete(id);
    while (below(end).length > 0) {
      page = await list(page.nextPageToken, listFirst);
      if (!page) return;
      end = takePage(page, end);
    }
    last = end;
    nextPageToken.value = page.nextPageToken;
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

/** A page, and the runs of which something newer was told while it was on its way. */
interface ListedPage {
  runs: Run[];
  nextPageToken: string;
  newer: ReadonlySet<string>;
}

function newestFirst(a: Run, b: Run): number {
  return Number((b.startTime?.seconds ?? 0n) - (a.startTime?.seconds ?? 0n)) || (a.id < b.id ? 1 : -1);
}
