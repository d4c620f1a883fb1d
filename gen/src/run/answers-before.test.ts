import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { type IoCall, IoCallSchema } from "../../ts/interval/io/v1/io_call_pb.ts";
import type { IoComponentSchema, IoValueSchema } from "../../ts/interval/io/v1/io_component_pb.ts";
import { CallStatus, RunStateSchema } from "../../ts/interval/run/v1/run_state_pb.ts";
import { answersBefore } from "./answers-before.ts";

type Kind = NonNullable<MessageInitShape<typeof IoComponentSchema>["kind"]>;
type Value = NonNullable<MessageInitShape<typeof IoValueSchema>["kind"]>;

function call(components: Record<string, Kind>, key = "who"): IoCall {
  const list = Object.entries(components).map(([each, kind]) => ({ key: each, kind }));
  return create(IoCallSchema, { key, components: list, awaitsAnswer: true });
}

function before(asked: IoCall, values: Record<string, Value>, status = CallStatus.ACCEPTED) {
  const answer = { values: Object.fromEntries(Object.entries(values).map(([key, kind]) => [key, { kind }])) };
  return create(RunStateSchema, { calls: [{ call: asked, status, answer }] });
}

const name: Kind = { case: "inputText", value: {} };
const age: Kind = { case: "inputNumber", value: {} };
const ada: Value = { case: "inputText", value: { text: "Ada" } };
const seven: Value = { case: "inputNumber", value: { number: 7 } };
const answered = before(call({ name, age }), { name: ada, age: seven });

describe("what a call begins with that was answered in the run before", () => {
  it("is what the same call was answered", () => {
    expect(Object.keys(answersBefore(call({ name, age }), answered))).toEqual(["name", "age"]);
    expect(answersBefore(call({ name, age }, "other"), answered)).toEqual({});
  });

  it("leaves out what is of another kind, what is refused now, and what is not asked any more", () => {
    const young: Kind = { case: "inputNumber", value: { max: 6 } };
    expect(answersBefore(call({ name: age, age: young, more: name }), answered)).toEqual({});
    expect(Object.keys(answersBefore(call({ name, age: young }), answered))).toEqual(["name"]);
  });

  it("leaves out what was not taken", () => {
    for (const status of [CallStatus.OPEN, CallStatus.SUBMITTED, CallStatus.WITHDRAWN]) {
      expect(answersBefore(call({ name }), before(call({ name }), { name: ada }, status))).toEqual({});
    }
  });

  it.each<[string, Kind, Value]>([
    ["files", { case: "inputFile", value: {} }, { case: "inputFile", value: {} }],
    ["buttons", { case: "confirm", value: {} }, { case: "confirm", value: { confirmed: true } }],
    ["what the server answers", { case: "confirmIdentity", value: {} }, { case: "confirmIdentity", value: {} }],
  ])("leaves out %s", (_, kind, value) => {
    expect(answersBefore(call({ it: kind }), before(call({ it: kind }), { it: value }))).toEqual({});
  });

  it("takes rows that are on screen", () => {
    const table: Kind = { case: "selectTable", value: { table: { firstPage: { rows: [{ key: "1" }] } } } };
    const begins = (rowKeys: string[]) =>
      answersBefore(call({ table }), before(call({ table }), { table: { case: "selectTable", value: { rowKeys } } }));
    expect(Object.keys(begins(["1"]))).toEqual(["table"]);
    expect(begins(["1", "2"])).toEqual({});
  });
});
