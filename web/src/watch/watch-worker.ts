/// <reference lib="webworker" />
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { SubscribeRequestSchema, WatchUpdateSchema } from "@interval/proto";
import { createServerTransport, createWatchService } from "../transport.ts";
import type { ToTab, ToWorker } from "./messages.ts";
import { WatchClient } from "./watch-client.ts";

declare const self: SharedWorkerGlobalScope;

const client = new WatchClient(createWatchService(createServerTransport()));

self.addEventListener("connect", (event) => {
  const [port] = event.ports;
  if (port) serve(port);
});

/** Serves one tab until it is gone. */
function serve(port: MessagePort): void {
  const ends = new Map<number, () => void>();
  const send = (message: ToTab) => port.postMessage(message);
  const updates = batch((updates) => send({ kind: "updates", updates }));
  client.retry(); // somebody has just come, perhaps by signing in
  const endStatus = client.onStatus((status) => send({ kind: "status", status }));

  function leave(): void {
    endStatus();
    for (const end of ends.values()) end();
    ends.clear();
    port.close();
  }

  function subscribe(id: number, request: Uint8Array): void {
    const { topic } = fromBinary(SubscribeRequestSchema, request);
    const end = client.subscribe(topic, {
      update: (kind) => updates({ id, update: toBinary(WatchUpdateSchema, create(WatchUpdateSchema, { kind })) }),
      failed: ({ code, rawMessage }) => send({ kind: "failed", id, code, message: rawMessage }),
    });
    ends.set(id, end);
  }

  port.addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
    switch (data.kind) {
      case "hello":
        return void navigator.locks.request(data.lock, leave);
      case "retry":
        return client.retry();
      case "subscribe":
        return subscribe(data.id, data.request);
      case "unsubscribe":
        ends.get(data.id)?.();
        ends.delete(data.id);
        return undefined;
      default:
        return data satisfies never;
    }
  });
  port.start();
}

type Item = Extract<ToTab, { kind: "updates" }>["updates"][number];

/** Collects what comes in one go. */
function batch(flush: (items: Item[]) => void): (item: Item) => void {
  let items: Item[] = [];
  return (item) => {
    if (items.push(item) > 1) return;
    queueMicrotask(() => {
      flush(items);
      items = [];
    });
  };
}
