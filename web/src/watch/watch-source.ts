import type { ConnectError } from "@connectrpc/connect";
import type { SubscribeRequest, WatchUpdate } from "@interval/proto";

/** What can be watched: a run, its logs, a catalogue, a list of runs. */
export type Topic = SubscribeRequest["topic"];

/** One thing that is new. */
export type Update = WatchUpdate["kind"];

/** Receives what is new about a topic. */
export interface Listener {
  /** Something is new. Updates that arrived together are told in one go, without a pause between them. */
  update(update: Update): void;
  /** The topic cannot be watched, and nothing more will come. */
  failed(error: ConnectError): void;
}

/** How the stream stands: not open yet, open, lost and trying again, or refused since nobody is signed in. */
export type WatchStatus = "connecting" | "open" | "lost" | "signed-out";

/** Everything live. It survives losses of the stream by itself. */
export interface WatchSource {
  readonly status: WatchStatus;
  /** Calls back with the present status, and with each new one. Returns what ends it. */
  onStatus(listener: (status: WatchStatus) => void): () => void;
  /** Watches a topic. Returns what ends it. */
  subscribe(topic: Topic, listener: Listener): () => void;
  /** Tries again at once where the stream is lost, instead of waiting for the next attempt. */
  retry(): void;
  /** Ends everything. */
  close(): void;
}
