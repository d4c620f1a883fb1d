import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import {
  BatchQueue,
  RunTopicSchema,
  type SubscribeRequest,
  WatchResponseSchema,
  WatchService,
  type WatchUpdateSchema,
} from "@interval/proto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWatchService } from "../transport.ts";
import { WatchClient } from "./watch-client.ts";
import type { Topic, Update, WatchStatus } from "./watch-source.ts";

type UpdateInit = MessageInitShape<typeof WatchUpdateSchema>;

/** A server whose streams the test opens, feeds and breaks. */
class Server {
  readonly streams: BatchQueue<UpdateInit>[] = [];
  readonly subscribed: SubscribeRequest[] = [];
  readonly unsubscribed: string[] = [];
  refusal: ConnectError | undefined;

  readonly transport = createRouterTransport(({ service }) => {
    service(WatchService, {
      watch: (_, { signal }) => this.#watch(signal),
      subscribe: (request) => {
        if (this.refusal) throw this.refusal;
        this.subscribed.push(request);
        return {};
      },
      unsubscribe: ({ subscriptionId }) => {
        this.unsubscribed.push(subscriptionId);
        return {};
      },
    });
  });

  send(kind: UpdateInit["kind"], subscriptionId = this.subscribed.at(-1)?.subscriptionId): void {
    this.streams.at(-1)?.push({ subscriptionId, kind });
  }

  async *#watch(signal: AbortSignal) {
    const stream = new BatchQueue<UpdateInit>({ sizeOf: () => 1, batchBytes: 10, maxBytes: 1000 });
    signal.addEventListener("abort", () => stream.close());
    this.streams.push(stream);
    stream.push({ kind: { case: "opened", value: { watchId: `watch_${this.streams.length}` } } });
    for await (const updates of stream) yield create(WatchResponseSchema, { updates });
  }
}

const topic: Topic = { case: "run", value: create(RunTopicSchema, { runId: "run_1", tabId: "tab" }) };
let server: Server;
let client: WatchClient;

beforeEach(() => {
  server = new Server();
});
afterEach(() => client.close());

function open(silenceMs = 5000, backoff = () => 0) {
  client = new WatchClient(createWatchService(server.transport), { silenceMs, backoff });
  const updates: Update[] = [];
  const failures: ConnectError[] = [];
  const statuses: WatchStatus[] = [];
  client.onStatus((status) => statuses.push(status));
  const listener = {
    update: (update: Update) => updates.push(update),
    failed: (error: ConnectError) => failures.push(error),
  };
  const end = client.subscribe(topic, listener);
  return { updates, failures, statuses, end };
}

const afterSequences = () => server.subscribed.map(({ topic }) => topic.case === "run" && topic.value.afterSequence);

describe("the stream", () => {
  it("subscribes once it is open, and tells what is new", async () => {
    const { updates } = open();
    await expect.poll(() => server.subscribed.length).toBe(1);
    expect(server.subscribed[0]).toMatchObject({
      watchId: "watch_1",
      topic: { case: "run", value: { runId: "run_1" } },
    });
    server.send({ case: "runState", value: { sequence: 4n } });
    await expect.poll(() => updates).toMatchObject([{ case: "runState", value: { sequence: 4n } }]);
  });

  it("connects again after a loss and goes on after the last sequence seen", async () => {
    const { updates, statuses } = open();
    await expect.poll(() => server.subscribed.length).toBe(1);
    server.send({ case: "runState", value: { sequence: 4n } });
    server.send({ case: "runEvent", value: { sequence: 5n } });
    server.send({ case: "runEvent", value: { sequence: 0n } });
    await expect.poll(() => updates.length).toBe(3);

    server.streams[0]?.close();
    await expect.poll(() => afterSequences()).toEqual([0n, 5n]);
    expect(server.subscribed[1]?.watchId).toBe("watch_2");
    expect(statuses).toEqual(["connecting", "open", "lost", "open"]);
    server.send({ case: "runEvent", value: { sequence: 6n } });
    await expect.poll(() => updates.at(-1)).toMatchObject({ value: { sequence: 6n } });
  });

  it("tries again at once when it is told to", async () => {
    open(5000, () => 60_000);
    client.retry();
    await expect.poll(() => server.streams.length).toBe(1);
  });

  it("takes silence for a loss", async () => {
    open(30);
    await expect.poll(() => server.streams.length).toBeGreaterThan(1);
  });

  it("subscribes anew when the server asks it to", async () => {
    open();
    await expect.poll(() => server.subscribed.length).toBe(1);
    server.send({ case: "resync", value: { reason: "too much was queued" } });
    await expect.poll(() => server.subscribed.length).toBe(2);
    expect(server.streams).toHaveLength(1);
  });

  it("tells that a topic cannot be watched, and does not try again", async () => {
    server.refusal = new ConnectError("no such run", Code.NotFound);
    const { failures } = open();
    await expect.poll(() => failures.map(({ code }) => code)).toEqual([Code.NotFound]);
    expect(server.streams).toHaveLength(1);
  });

  it("takes a topic off, and hears nothing more of it", async () => {
    const { updates, end } = open();
    await expect.poll(() => server.subscribed.length).toBe(1);
    end();
    await expect.poll(() => server.unsubscribed).toEqual(["1"]);
    server.send({ case: "runState", value: { sequence: 1n } });
    server.send({ case: "heartbeat", value: {} }, "");
    client.subscribe(topic, { update: (update) => updates.push(update), failed: () => undefined });
    await expect.poll(() => server.subscribed.length).toBe(2);
    expect(updates).toEqual([]);
  });
});
