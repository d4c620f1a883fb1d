import type { Code } from "@connectrpc/connect";
import type { WatchStatus } from "./watch-source.ts";

/** What a tab says to the worker. Messages of the schema travel as binary protobuf. */
export type ToWorker =
  /** The first message: the worker drops the tab once this lock is free, however the tab ended. */
  | { kind: "hello"; lock: string }
  | { kind: "subscribe"; id: number; request: Uint8Array }
  | { kind: "unsubscribe"; id: number }
  | { kind: "retry" };

/** What the worker says to a tab. */
export type ToTab =
  | { kind: "status"; status: WatchStatus }
  | { kind: "updates"; updates: Array<{ id: number; update: Uint8Array }> }
  | { kind: "failed"; id: number; code: Code; message: string };
