import { Code, ConnectError } from "@connectrpc/connect";
import type { IoFetch, IoPage, PagePart, PageShown, PageTopic, PageUpdate } from "@interval/proto";
import { computed, shallowRef } from "vue";
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
}

const nothing: View = { pageId: "", waiting: false, shown: undefined, parts: new Map() };

/** A page with a layout, live: opened when the getter names it, and for as long as the calling scope lives. */
export function usePageView(topic: () => PageTopic) {
  const { pages } = useApi();
  const view = shallowRef<View>(nothing);
  const error = shallowRef<ConnectError>();
  const attempt = shallowRef(0);

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
    case undefined:
      return view;
    default:
      return kind satisfies never;
  }
}
