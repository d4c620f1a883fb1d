// What tests of durable runs share: programs are executed until their host is lost, and again with what was recorded.
import { create } from "@bufbuild/protobuf";
import {
  type HostFrame,
  type IoValue,
  lineMark,
  type RunEvent,
  RunEventSchema,
  type RunFinished,
  RunStartedSchema,
} from "@interval/proto";
import { beforeEach, expect } from "vitest";
import type { FakeHost } from "../host/fake-host.ts";
import { HostTest, text } from "../host/host-test.ts";
import { Action, type ActionDefinition } from "../index.ts";

export const test = new HostTest();
export const runId = "run_1";

export type Handler = ActionDefinition["handler"];
export const durable = (handler: Handler) => ({ pay: new Action({ durable: true, handler }) });

/** What a server would have recorded of a host's frames and of what it was told itself. */
export class Journal {
  readonly events: RunEvent[] = [];
  lines: bigint[] = [];

  constructor() {
    this.add({ case: "started", value: create(RunStartedSchema, { hostInstanceId: "one" }) });
  }

  add(kind: RunEvent["kind"]): void {
    this.events.push(create(RunEventSchema, { sequence: BigInt(this.events.length + 1), kind }));
  }

  record({ frames }: FakeHost): this {
    for (const { body } of frames as HostFrame[]) {
      if (body.case === "call") this.add({ case: "called", value: body.value });
      else if (body.case === "step") this.add({ case: "stepped", value: body.value });
      else if (body.case === "redirect") this.add({ case: "redirected", value: body.value });
      else if (body.case === "accepted" || body.case === "refused" || body.case === "loading")
        this.add({ case: body.case, value: body.value } as RunEvent["kind"]);
      else if (body.case === "log") this.lines.push(lineMark(body.value));
    }
    return this;
  }
}

let journal: Journal;
export let answers: ReturnType<typeof text>[];
beforeEach(() => {
  journal = new Journal();
  answers = [];
  // What comes too early in a replay is waited for, while this server says nothing.
  test.server.welcome = () => ({ heartbeatTimeoutMs: 60_000 });
});

/** Answers, and records it between what the host says. */
export function answer(host: FakeHost, callKey: string, value: string, revision = 0): void {
  const given = text(callKey, value, revision);
  answers.push(given);
  host.run(runId, BigInt(100 + answers.length), given);
}

/** The same with values of any kind, by component key. */
export function answerWith(
  host: FakeHost,
  callKey: string,
  values: Record<string, Pick<IoValue, "kind">>,
  revision = 0,
) {
  const given = { case: "answer", value: { callKey, revision, answer: { values } } } as unknown as ReturnType<
    typeof text
  >;
  answers.push(given);
  host.run(runId, BigInt(100 + answers.length), given);
}

/** What is recorded of an execution: its calls, the answers that were given, and what followed. */
export function recorded(host: FakeHost): Journal {
  journal.record(host);
  const submitted = answers.map(({ value }) => value);
  const withAnswers: RunEvent["kind"][] = [];
  for (const { kind } of journal.events) {
    const about = kind.case === "accepted" || kind.case === "refused" ? kind.value : undefined;
    const given = submitted.find(({ callKey, revision }) => callKey === about?.callKey && revision === about.revision);
    if (given) withAnswers.push({ case: "submitted", value: given } as unknown as RunEvent["kind"]);
    withAnswers.push(kind);
  }
  const whole = new Journal();
  whole.events.length = 0;
  whole.lines = journal.lines;
  for (const kind of withAnswers) whole.add(kind);
  return whole;
}

/** Executes a program again on a new host. */
export async function again(handler: Handler, { events, lines }: Journal): Promise<FakeHost> {
  const host = await test.attached(durable(handler));
  host.run(runId, 50n, { case: "recorded", value: { events, lines } });
  host.run(runId, 50n, { case: "startRun", value: { action: "pay", epoch: 2, params: {} } });
  return host;
}

export const said = ({ frames }: FakeHost) =>
  frames.map(({ body }) => body.case).filter((kind) => kind && !["heartbeat", "ack"].includes(kind));

export function failureOf({ outcome }: RunFinished) {
  expect(outcome.case).toBe("failure");
  return outcome.case === "failure" ? outcome.value : undefined;
}

export async function nextCall(host: FakeHost) {
  return (await host.next("call")).call?.key ?? "";
}
