import type { Transport } from "@connectrpc/connect";
import { createApp, effectScope } from "vue";
import { watchKey } from "../composables/useWatch.ts";
import { apiKey, createApi } from "../transport.ts";
import type { Listener, Update, WatchSource } from "../watch/watch-source.ts";

/** Runs a composable that has a server and watches one topic, for tests that tell the topic's updates. */
export function runComposable<T>(transport: Transport, use: () => T): { used: T; tell: (update: Update) => void } {
  let listener: Listener | undefined;
  const source: WatchSource = {
    status: "open",
    onStatus: () => () => undefined,
    subscribe(_topic, wanted) {
      listener = wanted;
      return () => undefined;
    },
    retry: () => undefined,
    close: () => undefined,
  };
  const app = createApp({});
  app.provide(apiKey, createApi(transport));
  app.provide(watchKey, () => Promise.resolve(source));
  const [used] = app.runWithContext(() => effectScope().run(() => [use()] as const)) ?? [];
  if (used === undefined) throw new Error("The composable returned nothing.");
  return { used, tell: (update) => listener?.update(update) };
}
