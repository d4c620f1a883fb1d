import { Code, ConnectError } from "@connectrpc/connect";
import type { Failure, IoFetch, IoPage, PagePart, PageShown, PageTopic, PageUpdate } from "@interval/proto";
import { computed, shallowRef, watch } from "vue";
import { useApi } from "../transport.ts";
import { useTopic } from "./useWatch.ts";

/** A page as a host shows it. */
interface View {
  /** The session at the host that shows it now; empty while there is none. */
  pageId: string;
  /** Whether no host serves it now. */
  waiting: boolean;
  shown: PageShown | undefined;
  /** What is there of its parts, by key. */
  parts: ReadonlyMap<string, PagePart>;
  /** How often the page, or a part of it, was read again. */
  refreshes: number;
  /** Why it could not be read again the last time. */
  refreshFailure: Failure | undefined;
}

const nothing: View = {
  pageId: "",
  waiting: false,
  shown: undefined,
  parts: new Map(),
  refreshes: 0,
  refreshFailure: undefined,
};

/** A page with a layout, live: opened when the getter names it, and for as long as the calling scope lives. */
export function usePageView(topic: () => PageTopic) {
  const { pages } = useApi();
  const view = shallowRef<View>(nothing);
  const error = shallowRef<ConnectError>();
  const attempt = shallowRef(0);
  const refreshing = shallowRef(false);
  watch(
    () => [view.value.refreshes, view.value.pageId],
    () => (refreshing.value = false),
  );

  useTopic(
    () => {
      attempt.value; // another attempt opens it anew
      const value = topic();
      view.value = nothing;
      error.value = undefined;
      return { case: "page", value };
    },
    {
      updates(updates) {
        for (const update of updates) if (update.case === "page") view.value = next(view.value, update.value);
      },
      failed: (cause) => (error.value = cause),
    },
  );

  return {
    view: computed(() => view.value),
    error,
    /** Opens the page anew. */
    retry: () => attempt.value++,
    /** Whether the page is being read again because the person asked for it. */
    refreshing,
    /** Reads the page again. */
    async refresh(): Promise<void> {
      refreshing.value = true;
      try {
        await pages.refreshPage({ pageId: view.value.pageId });
      } catch (cause) {
        refreshing.value = false;
        throw cause;
      }
    },
    /** Asks a part of the page for more. */
    async fetch(partKey: string, fetch: IoFetch, signal: AbortSignal): Promise<IoPage> {
      const { page } = await pages.fetchPart({ pageId: view.value.pageId, partKey, fetch }, { signal });
      if (!page) throw new ConnectError("The host answered without a page.", Code.Internal);
      return page;
    },
  };
}

/** What was shown stays until the next host says something in its place. */
function next(view: View, { pageId, kind }: PageUpdate): View {
  switch (kind.case) {
    case "waiting":
      return { ...view, pageId, waiting: true };
    case "opening":
      return { ...view, pageId, waiting: false };
    case "shown": {
      const { outcome } = kind.value;
      const keys = outcome.case === "layout" ? outcome.value.parts : [];
      const parts = new Map([...view.parts].filter(([key]) => keys.includes(key)));
      return { ...view, shown: kind.value, parts };
    }
    case "part":
      return { ...view, parts: new Map(view.parts).set(kind.value.key, kind.value) };
    case "refreshed":
      return { ...view, refreshes: view.refreshes + 1, refreshFailure: kind.value.failure };
    case undefined:
      return view;
    default:
      return kind satisfies never;
  }
}
