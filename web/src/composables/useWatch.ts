import type { ConnectError } from "@connectrpc/connect";
import { type InjectionKey, inject, onScopeDispose, type Ref, shallowRef, watchEffect } from "vue";
import type { Topic, Update, WatchSource, WatchStatus } from "../watch/watch-source.ts";

export const watchKey: InjectionKey<() => Promise<WatchSource>> = Symbol("watch");

/** Opens the stream on first use. */
function useWatchSource(): Promise<WatchSource> {
  const open = inject(watchKey);
  if (!open) throw new Error("No stream was provided: call app.provide(watchKey, ...).");
  return open();
}

/** How the stream stands. */
export function useWatchStatus(): Readonly<Ref<WatchStatus>> {
  const status = shallowRef<WatchStatus>("connecting");
  withSource((source) => source.onStatus((now) => (status.value = now)));
  return status;
}

/** Receives the updates of a topic, those that came together in one call. */
export interface TopicListener {
  updates(updates: Update[]): void;
  failed?(error: ConnectError): void;
}

/**
 * Watches the topic that the getter names, and another one when that changes, for as long as the calling scope lives. Nothing is
 * watched while the getter returns undefined.
 */
export function useTopic(topic: () => Topic | undefined, listener: TopicListener): void {
  const source = useWatchSource();
  watchEffect((onCleanup) => {
    const wanted = topic();
    if (!wanted) return;
    let ended = false;
    let end: (() => void) | undefined;
    let queued: Update[] = [];
    function flush(): void {
      const updates = queued;
      queued = [];
      if (!ended) listener.updates(updates);
    }
    void source.then((opened) => {
      if (ended) return;
      end = opened.subscribe(wanted, {
        update(update) {
          if (queued.push(update) === 1) queueMicrotask(flush);
        },
        failed: (error) => listener.failed?.(error),
      });
    });
    onCleanup(() => {
      ended = true;
      end?.();
    });
  });
}

function withSource(use: (source: WatchSource) => () => void): void {
  let ended = false;
  let end: (() => void) | undefined;
  void useWatchSource().then((source) => {
    if (!ended) end = use(source);
  });
  onScopeDispose(() => {
    ended = true;
    end?.();
  });
}
