// Operators of the tests: people and programs that call the server as the dashboard does.

import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Client, createClient, type Transport } from "@connectrpc/connect";
import type { IoAnswerSchema, SubscribeRequestSchema } from "@interval/proto";
import {
  ActionService,
  ActionSettingsService,
  FileService,
  fromValue,
  KeyService,
  PageService,
  RunService,
  SessionService,
  WatchService,
  type WatchUpdate,
} from "@interval/proto";
import { Mailbox } from "./mailbox.ts";

type Update<Case> = Extract<WatchUpdate["kind"], { case: Case }> extends { value: infer Value } ? Value : never;
type Topic = NonNullable<MessageInitShape<typeof SubscribeRequestSchema>["topic"]>;

/** Somebody who calls the server. */
export class Operator {
  readonly runs: Client<typeof RunService>;
  readonly actions: Client<typeof ActionService>;
  readonly sessions: Client<typeof SessionService>;
  readonly watches: Client<typeof WatchService>;
  readonly files: Client<typeof FileService>;
  readonly pages: Client<typeof PageService>;
  readonly keys: Client<typeof KeyService>;
  readonly settings: Client<typeof ActionSettingsService>;
  readonly #viewers: Viewer[] = [];

  constructor(transport: Transport) {
    this.runs = createClient(RunService, transport);
    this.actions = createClient(ActionService, transport);
    this.sessions = createClient(SessionService, transport);
    this.watches = createClient(WatchService, transport);
    this.files = createClient(FileService, transport);
    this.pages = createClient(PageService, transport);
    this.keys = createClient(KeyService, transport);
    this.settings = createClient(ActionSettingsService, transport);
  }

  /** Starts a run in production and returns its id. */
  async start(action = "hello", more: object = {}): Promise<string> {
    const { state } = await this.runs.startRun({ organization: "main", environment: "production", action, ...more });
    return state?.run?.id ?? "";
  }

  async state(runId: string) {
    const { state } = await this.runs.getRun({ runId });
    if (!state) throw new Error(`The run ${runId} has no state.`);
    return state;
  }

  /** Answers a call that asks for a text. */
  answer(
    runId: string,
    callKey: string,
    text = "Ada",
    more: { revision?: number; requestId?: string; tabId?: string } = {},
  ) {
    return this.runs.answerCall({ runId, callKey, answer: textAnswer(callKey, text), ...more });
  }

  /** What a run has logged, a list for each line. */
  async lines(runId: string): Promise<unknown[][]> {
    const { lines } = await this.runs.listLogs({ runId });
    return lines.map(({ kind }) => (kind.case === "logged" ? kind.value.values.map((value) => fromValue(value)) : []));
  }

  /** Opens a stream, as a browser does. */
  async watch(): Promise<Viewer> {
    const viewer = await Viewer.open(this.watches);
    this.#viewers.push(viewer);
    return viewer;
  }

  async close(): Promise<void> {
    await Promise.all(this.#viewers.map((viewer) => viewer.close()));
  }
}

export function textAnswer(key: string, text: string): MessageInitShape<typeof IoAnswerSchema> {
  return { values: { [key]: { kind: { case: "inputText", value: { text } } } } };
}

/** One browser's stream. */
export class Viewer {
  readonly updates = new Mailbox<WatchUpdate>();
  id = "";
  readonly #abort = new AbortController();
  readonly #watches: Client<typeof WatchService>;
  #subscriptions = 0;

  private constructor(watches: Client<typeof WatchService>) {
    this.#watches = watches;
  }

  static async open(watches: Client<typeof WatchService>): Promise<Viewer> {
    const viewer = new Viewer(watches);
    void viewer.#read();
    viewer.id = (await viewer.next("", "opened")).watchId;
    return viewer;
  }

  /** Subscribes under a new id, or under a given one, and returns it. */
  async subscribe(topic: Topic, subscriptionId = `subscription_${++this.#subscriptions}`): Promise<string> {
    await this.#watches.subscribe({ watchId: this.id, subscriptionId, topic });
    return subscriptionId;
  }

  unsubscribe(subscriptionId: string) {
    return this.#watches.unsubscribe({ watchId: this.id, subscriptionId });
  }

  /** The next update of a kind for a subscription; others before it are passed over. */
  next<Case extends WatchUpdate["kind"]["case"]>(subscriptionId: string, kind: Case): Promise<Update<Case>> {
    return this.updates.next((update) =>
      update.subscriptionId === subscriptionId && update.kind.case === kind
        ? (update.kind.value as Update<Case>)
        : undefined,
    );
  }

  /** What a subscription was sent so far. */
  of(subscriptionId: string): WatchUpdate["kind"][] {
    return this.updates.all.filter((update) => update.subscriptionId === subscriptionId).map(({ kind }) => kind);
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.updates.whenEnded();
  }

  async #read(): Promise<void> {
    try {
      for await (const { updates } of this.#watches.watch({}, { signal: this.#abort.signal })) {
        for (const update of updates) this.updates.put(update);
      }
      this.updates.end();
    } catch (error) {
      this.updates.end(error);
    }
  }
}
