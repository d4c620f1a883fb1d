import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import {
  BatchQueue,
  limits,
  type Profile,
  type RunEvent,
  type SubscribeRequest,
  type WatchResponse,
  WatchResponseSchema,
  type WatchService,
  type WatchUpdateSchema,
} from "@interval/proto";
import { demoCatalog } from "./catalog.ts";
import { watchDemoHosts } from "./demo-hosts.ts";
import { watchDemoLogs } from "./demo-logs.ts";
import { showDemoPage } from "./demo-page.ts";
import type { DemoProfile } from "./demo-profile.ts";
import type { DemoRun } from "./demo-run.ts";
import { fitsDemo } from "./run-list.ts";

type Update = MessageInitShape<typeof WatchUpdateSchema>;
type Kind = Update["kind"];

interface Watch {
  queue: BatchQueue<Update>;
  ends: Map<string, () => void>;
}

/** The streams of the demo backend. */
export class DemoWatches {
  readonly #watches = new Map<string, Watch>();
  readonly #catalogListeners = new Set<() => void>();
  readonly #runListeners = new Set<(run: DemoRun) => void>();
  readonly #runs: ReadonlyMap<string, DemoRun>;

  readonly #profile: DemoProfile;

  constructor(runs: ReadonlyMap<string, DemoRun>, profile: DemoProfile) {
    this.#runs = runs;
    this.#profile = profile;
  }

  /** Something about the catalogue is new. */
  catalogChanged(): void {
    for (const tell of this.#catalogListeners) tell();
  }

  /** A run is new: whoever watches the list hears of it and of its changes. */
  added(run: DemoRun): void {
    const tell = () => {
      for (const listener of this.#runListeners) listener(run);
    };
    run.onEvent(tell);
    tell();
  }

  readonly service: ServiceImpl<typeof WatchService> = {
    watch: (_request, { signal }) => this.#watch(signal),
    subscribe: (request) => {
      this.#subscribe(request);
      return {};
    },
    unsubscribe: ({ watchId, subscriptionId }) => {
      this.#end(this.#find(watchId), subscriptionId);
      return {};
    },
  };

  async *#watch(signal: AbortSignal): AsyncGenerator<WatchResponse> {
    const watchId = `watch_${this.#watches.size + 1}`;
    const queue = new BatchQueue<Update>({ sizeOf: () => 1, batchBytes: 100, maxBytes: 10_000 });
    const watch: Watch = { queue, ends: new Map() };
    this.#watches.set(watchId, watch);
    const beat = setInterval(() => queue.push({ kind: { case: "heartbeat", value: {} } }), limits.heartbeatIntervalMs);
    signal.addEventListener("abort", () => queue.close());
    queue.push({ kind: { case: "opened", value: { watchId } } });
    try {
      for await (const updates of queue) yield create(WatchResponseSchema, { updates });
    } finally {
      clearInterval(beat);
      for (const end of watch.ends.values()) end();
      this.#watches.delete(watchId);
    }
  }

  #find(watchId: string): Watch {
    const watch = this.#watches.get(watchId);
    if (!watch) throw new ConnectError("There is no such watch.", Code.NotFound);
    return watch;
  }

  #end(watch: Watch, subscriptionId: string): void {
    watch.ends.get(subscriptionId)?.();
    watch.ends.delete(subscriptionId);
  }

  #subscribe({ watchId, subscriptionId, topic }: SubscribeRequest): void {
    const watch = this.#find(watchId);
    const send = (kind: Kind) => void (watch.queue.closed || watch.queue.push({ subscriptionId, kind }));
    this.#end(watch, subscriptionId);
    if (topic.case === "catalog") {
      const offered = topic.value.environment === "development" ? demoCatalog : [];
      const tell = () => send({ case: "catalog", value: { entries: offered.filter(({ archived }) => !archived) } });
      this.#catalogListeners.add(tell);
      watch.ends.set(subscriptionId, () => this.#catalogListeners.delete(tell));
      tell();
    } else if (topic.case === "hosts") {
      watch.ends.set(
        subscriptionId,
        watchDemoHosts(topic.value.environment, (kind) => send({ case: "hosts", value: { kind } })),
      );
    } else if (topic.case === "runList") {
      const { filter } = topic.value;
      const listener = (run: DemoRun) => {
        const { run: value } = run.state;
        if (value && fitsDemo(filter, run)) send({ case: "run", value });
        else send({ case: "runUnfit", value: { runId: value?.id } });
      };
      this.#runListeners.add(listener);
      watch.ends.set(subscriptionId, () => this.#runListeners.delete(listener));
      send({ case: "runListOpened", value: {} });
    } else if (topic.case === "profile") {
      const tell = (value: Profile) => send({ case: "profile", value });
      watch.ends.set(subscriptionId, this.#profile.onChange(tell));
      tell(this.#profile.now);
    } else if (topic.case === "page") {
      watch.ends.set(
        subscriptionId,
        showDemoPage(topic.value.page, (value) => send({ case: "page", value })),
      );
    } else if (topic.case === "run") {
      const run = this.#run(topic.value.runId);
      send({ case: "runState", value: run.state });
      const tell = (event: RunEvent) => event.kind.case !== "logged" && send({ case: "runEvent", value: event });
      watch.ends.set(subscriptionId, run.onEvent(tell));
    } else if (topic.case === "logs") {
      watch.ends.set(
        subscriptionId,
        watchDemoLogs(this.#run(topic.value.runId), topic.value, (value) => send({ case: "logLines", value })),
      );
    }
  }

  #run(runId: string): DemoRun {
    const run = this.#runs.get(runId);
    if (!run) throw new ConnectError("There is no such run.", Code.NotFound);
    return run;
  }
}
