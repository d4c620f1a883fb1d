import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import {
  BatchQueue,
  limits,
  RunTopicSchema,
  type SubscribeRequest,
  WatchGoneSchema,
  WatchResponseSchema,
  WatchService,
  type WatchUpdateSchema,
} from "@interval/proto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
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
  /** Refuses some topics only; all when left out. */
  refuses: (request: SubscribeRequest) => boolean = () => true;
  refused = 0;

  readonly transport = createRouterTransport(({ service }) => {
    service(WatchService, {
      watch: (_, { signal }) => this.#watch(signal),
      subscribe: (request) => {
        if (this.refusal && this.refuses(request)) {
          this.refused++;
          throw this.refusal;
        }
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
  client = new WatchClient(createWatchService(server.transport), { silenceMs, backoff, topicBackoff: () => 0 });
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

describe("a topic that cannot be subscribed to just now", () => {
  const refusal = new ConnectError("the disk is full", Code.Unavailable);
  const isRun = ({ topic: { case: kind } }: SubscribeRequest) => kind === "run";
  const profile: Topic = { case: "profile", value: { $typeName: "interval.operator.v1.ProfileTopic" } };

  it("is tried again alone: the stream stays, and other topics go on", async () => {
    Object.assign(server, { refusal, refuses: isRun });
    const { updates, failures, statuses } = open();
    const others: Update[] = [];
    client.subscribe(profile, { update: (update) => others.push(update), failed: (error) => failures.push(error) });
    await expect.poll(() => server.refused).toBeGreaterThan(3);
    server.send({ case: "profile", value: {} });
    await expect.poll(() => others.length).toBe(1);
    server.refusal = undefined;
    await expect.poll(() => server.subscribed.some(isRun)).toBe(true);
    server.send({ case: "runState", value: { sequence: 1n } });
    await expect.poll(() => updates.length).toBe(1);
    expect([server.streams.length, failures, statuses]).toEqual([1, [], ["connecting", "open"]]);
  });

  it("is not tried any more once it is no longer wanted", async () => {
    Object.assign(server, { refusal, refuses: isRun });
    const { end } = open();
    await expect.poll(() => server.refused).toBeGreaterThan(0);
    end();
    await expect.poll(() => server.unsubscribed.length).toBe(1);
    const { refused } = server;
    client.subscribe(profile, { update: () => undefined, failed: () => undefined });
    await expect.poll(() => server.subscribed.length).toBe(1);
    expect(server.refused).toBe(refused);
  });

  it("opens another stream where the server no longer knows this one", async () => {
    const detail = { desc: WatchGoneSchema, value: {} };
    server.refusal = new ConnectError("no such watch", Code.NotFound, undefined, [detail]);
    const { failures } = open();
    await expect.poll(() => server.streams.length).toBeGreaterThan(1);
    server.refusal = undefined;
    await expect.poll(() => server.subscribed.length).toBe(1);
    expect(failures).toEqual([]);
  });

  describe("for 20 tabs at once, over a minute", () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    /** Twenty tabs, each with a topic that works and a run that does not. */
    async function openTabs(code: Code): Promise<void> {
      Object.assign(server, { refusal: new ConnectError("not now", code), refuses: isRun });
      client = new WatchClient(createWatchService(server.transport));
      const listener = { update: () => undefined, failed: () => undefined };
      for (let tab = 0; tab < 20; tab++) for (const each of [topic, profile]) client.subscribe(each, listener);
      await vi.advanceTimersByTimeAsync(0);
    }

    /** Lets time pass, while the server says that it is alive. */
    async function pass(ms: number): Promise<void> {
      for (let at = 0; at < ms; at += limits.heartbeatIntervalMs) {
        server.send({ case: "heartbeat", value: {} }, "");
        await vi.advanceTimersByTimeAsync(limits.heartbeatIntervalMs);
      }
    }

    it.each([Code.Unavailable, Code.Internal])("costs few requests, and no stream: code %s", async (code) => {
      await openTabs(code);
      await pass(15_000);
      const { refused } = server;
      await pass(60_000);
      const perSecond = (server.refused - refused) / 60;
      expect(perSecond).toBeGreaterThan(1.5); // each tab is still tried every 5 to 10 s
      expect(perSecond).toBeLessThan(5);
      expect(server.streams).toHaveLength(1);
      expect(server.subscribed).toHaveLength(20);
    });

    it("does not open streams in a row that the server ends at once", async () => {
      await openTabs(Code.Unavailable);
      for (let at = 0; at < 60_000; at += 50) {
        server.streams.at(-1)?.close();
        await vi.advanceTimersByTimeAsync(50);
      }
      expect(server.streams.length).toBeGreaterThan(30);
      expect(server.streams.length).toBeLessThan(130); // one a second, at least half of that apart
    });

    it("subscribes ever more slowly to a topic whose state is lost again and again", async () => {
      client = new WatchClient(createWatchService(server.transport));
      client.subscribe(topic, { update: () => undefined, failed: () => undefined });
      await vi.advanceTimersByTimeAsync(0);
      for (let at = 0; at < 20; at++) {
        for (let ms = 0; ms < 3000; ms += 100) {
          server.send({ case: "resync", value: { reason: "too much was queued" } });
          await vi.advanceTimersByTimeAsync(100);
        }
      }
      expect(server.subscribed.length).toBeLessThan(20);
    });
  });
});
