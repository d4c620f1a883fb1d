import { create } from "@bufbuild/protobuf";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import {
  CallStatus,
  emptyRunState,
  type IoAnswer,
  type RunEvent,
  RunEventSchema,
  type RunState,
  RunTrigger,
  reduceRun,
  type Value,
} from "@interval/proto";
import { demoUser } from "./catalog.ts";
import type { Step } from "./scripts.ts";

/** How a demo run is started. */
export interface DemoRunInit {
  id: string;
  action: string;
  actionName: string;
  tabId: string;
  params: Record<string, Value>;
  script: Step[];
  backgroundable: boolean;
}

/** One run of the demo backend: a journal in memory that goes through a script. */
export class DemoRun {
  state: RunState = emptyRunState();
  readonly events: RunEvent[] = [];
  readonly #listeners = new Set<(event: RunEvent) => void>();
  readonly #rest: Step[];

  constructor({ id, action, actionName, tabId, params, script, backgroundable }: DemoRunInit) {
    this.#rest = [...script];
    const actor = { kind: { case: "user" as const, value: demoUser } };
    const place = { organization: "main", environment: "development" };
    this.append({
      case: "started",
      value: {
        run: {
          id,
          ...place,
          action,
          actionName,
          params,
          startedBy: actor,
          trigger: RunTrigger.OPERATOR,
          startTime: timestampNow(),
          warnOnClose: true,
          backgroundable,
        },
        driver: { actor, tabId },
        hostInstanceId: "demo",
      },
    });
    this.append({ case: "began", value: { hostInstanceId: "demo" } });
    this.#proceed();
  }

  onEvent(listener: (event: RunEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  append(kind: Step): void {
    const event = create(RunEventSchema, { sequence: this.state.sequence + 1n, time: timestampNow(), kind });
    this.events.push(event);
    this.state = reduceRun(this.state, event);
    for (const listener of this.#listeners) listener(event);
  }

  answer(callKey: string, revision: number, answer: IoAnswer): void {
    const by = { kind: { case: "user" as const, value: demoUser } };
    this.append({ case: "submitted", value: { callKey, revision, answer, by } });
    this.append({ case: "accepted", value: { callKey, revision } });
    this.#proceed();
  }

  /** Whoever asks is the same person, who is given the seat at once. */
  takeOver(tabId: string): void {
    const actor = { kind: { case: "user" as const, value: demoUser } };
    this.append({ case: "driverChanged", value: { driver: { actor, tabId } } });
  }

  cancel(): void {
    if (this.state.finished) return;
    const by = { kind: { case: "user" as const, value: demoUser } };
    this.append({ case: "cancelRequested", value: { by } });
    this.append({ case: "finished", value: { outcome: { case: "canceled", value: { by } } } });
  }

  #proceed(): void {
    while (!this.#waits) {
      const step = this.#rest.shift();
      if (!step) return;
      this.append(step);
    }
  }

  /** Whether the operator is asked, and the script does not answer in their place. */
  get #waits(): boolean {
    const isOpen = this.state.calls.some(({ status }) => status === CallStatus.OPEN);
    return isOpen && !this.#rest.some(({ case: kind }) => kind === "submitted");
  }
}
