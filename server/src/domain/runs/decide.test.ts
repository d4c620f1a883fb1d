import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type Actor,
  ActorSchema,
  emptyRunState,
  FailureReason,
  foldRun,
  type IoAnswer,
  IoAnswerSchema,
  RunEventSchema,
  type RunState,
} from "@interval/proto";
import { describe, expect, test } from "vitest";
import { AnswerConflictError, AnswerRefusedError, DeniedError, NotFoundError } from "../errors.ts";
import { decideAnswer, decideCancel, decideCanceled, decideFailed, isSettled, isTransient } from "./decide.ts";

type Kind = NonNullable<MessageInitShape<typeof RunEventSchema>["kind"]>;

const person = (id: string): Actor => create(ActorSchema, { kind: { case: "user", value: { id } } });
const key = (id: string): Actor => create(ActorSchema, { kind: { case: "apiKey", value: { id } } });
const system = create(ActorSchema, { kind: { case: "system", value: {} } });
const ann = person("ann");

const started = (actor: Actor = ann): Kind => ({
  case: "started",
  value: { run: { id: "run_1" }, driver: { actor }, hostInstanceId: "one" },
});
const asks = (callKey: string, component: object = {}): Kind => {
  const components = [{ key: callKey, label: callKey, kind: { case: "inputText" as const, value: {} }, ...component }];
  return { case: "called", value: { call: { key: callKey, awaitsAnswer: true, components } } };
};
const shows: Kind = { case: "called", value: { call: { key: "shown" } } };
const submitted = (callKey: string, revision = 0): Kind => ({ case: "submitted", value: { callKey, revision } });
const refused = (callKey: string, revision = 0): Kind => ({ case: "refused", value: { callKey, revision } });
const accepted: Kind = { case: "accepted", value: { callKey: "name" } };
const cancelRequested: Kind = { case: "cancelRequested", value: { by: ann } };
const finished: Kind = { case: "finished", value: { outcome: { case: "success", value: {} } } };
const loading = (label?: string): Kind => ({ case: "loading", value: { loading: { label } } });

function stateAfter(...kinds: Kind[]): RunState {
  const events = kinds.map((kind, i) => create(RunEventSchema, { sequence: BigInt(i + 1), kind }));
  return foldRun(events, emptyRunState());
}

const asked = stateAfter(started(), asks("name"));

describe("an answer", () => {
  const text = (value: string): IoAnswer =>
    create(IoAnswerSchema, { values: { name: { kind: { case: "inputText", value: { text: value } } } } });
  const answer = (state: RunState, more: Partial<Parameters<typeof decideAnswer>[1]> = {}) =>
    decideAnswer(state, {
      callKey: "name",
      revision: 0,
      answer: text("Ada"),
      by: ann,
      tabId: "",
      assets: new Map(),
      ...more,
    });

  test("is taken, and nothing else happens", () => {
    const happenings = answer(asked);
    expect(happenings).toMatchObject([{ case: "submitted", value: { callKey: "name", revision: 0, by: ann } }]);
  });

  test.each<[string, RunState, Parameters<typeof answer>[1], new (...args: never[]) => Error]>([
    ["to a call that was never made", asked, { callKey: "other" }, NotFoundError],
    ["to a call that is answered", stateAfter(started(), asks("name"), submitted("name")), {}, AnswerConflictError],
    [
      "to a call that is over",
      stateAfter(started(), asks("name"), submitted("name"), accepted),
      {},
      AnswerConflictError,
    ],
    ["to what is only shown", stateAfter(started(), shows), { callKey: "shown" }, AnswerConflictError],
    ["to a run that is over", stateAfter(started(), asks("name"), finished), {}, AnswerConflictError],
    [
      "to a revision that was refused",
      stateAfter(started(), asks("name"), submitted("name"), refused("name")),
      {},
      AnswerConflictError,
    ],
    ["to a revision that is not there yet", asked, { revision: 1 }, AnswerConflictError],
    ["of another person", asked, { by: person("bob") }, DeniedError],
    ["of a key", asked, { by: key("ann") }, DeniedError],
    ["of the server", asked, { by: system }, DeniedError],
    ["of the same person in another tab", asked, { tabId: "other" }, DeniedError],
    ["where nobody drives", stateAfter(started(create(ActorSchema)), asks("name")), {}, DeniedError],
    ["where the server drives", stateAfter(started(system), asks("name")), { by: system }, DeniedError],
    [
      "to what the server answers",
      stateAfter(started(), asks("name", { kind: { case: "confirmIdentity", value: {} } })),
      {},
      DeniedError,
    ],
    [
      "to what the server cannot see, in place of the server",
      stateAfter(started(), asks("name", { stored: "asset_1", kind: undefined })),
      { answer: create(IoAnswerSchema, { values: { name: { kind: { case: "approval", value: {} } } } }) },
      DeniedError,
    ],
    ["that leaves out what is required", asked, { answer: create(IoAnswerSchema) }, AnswerRefusedError],
    ["of white space alone", asked, { answer: text("  ") }, AnswerRefusedError],
  ])("%s is not taken", (_what, state, more, error) => {
    expect(() => answer(state, more)).toThrow(error);
  });

  test("to a component of which most is stored is left to its host to check", () => {
    const state = stateAfter(started(), asks("name", { stored: "asset_1", kind: undefined }));
    expect(answer(state)).toHaveLength(1);
    expect(answer(state, { answer: create(IoAnswerSchema) })).toHaveLength(1);
    expect(() => answer(state, { answer: create(IoAnswerSchema, { choice: "No such button" }) })).toThrow(
      AnswerRefusedError,
    );
  });

  test("to the new revision is taken after a refusal", () => {
    const state = stateAfter(started(), asks("name"), submitted("name"), refused("name"));
    expect(answer(state, { revision: 1 })).toHaveLength(1);
  });

  test("that conflicts is told how the call stands", () => {
    const state = stateAfter(started(), asks("name"), submitted("name"));
    expect(() => answer(state)).toThrow(expect.objectContaining({ call: state.calls[0] }));
  });

  test("of the key that started the run is taken", () => {
    expect(answer(stateAfter(started(key("key_1")), asks("name")), { by: key("key_1") })).toHaveLength(1);
  });

  test("that breaks rules is told all of them", () => {
    const strict = { kind: { case: "inputText", value: { minLength: 5 } } };
    const refusal = (() => {
      try {
        return answer(stateAfter(started(), asks("name", strict)), { answer: text("Ada") });
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toMatchObject({ errors: [{ componentKey: "name" }] });
  });
});

describe("the end", () => {
  const canceled = stateAfter(started(), asks("name"), cancelRequested);

  test("is asked for once", () => {
    expect(decideCancel(asked, ann)).toMatchObject([{ case: "cancelRequested", value: { by: ann } }]);
    expect(decideCancel(canceled, person("bob"))).toEqual([]);
    expect(decideCancel(stateAfter(started(), finished), ann)).toEqual([]);
  });

  test("comes without the host, in the name of who asked for it", () => {
    const outcome = { case: "canceled", value: { by: ann } };
    expect(decideCanceled(canceled)).toMatchObject([{ case: "finished", value: { outcome } }]);
    expect(decideCanceled(stateAfter(started(), finished))).toEqual([]);
  });

  test("of a run that cannot go on is a failure, unless somebody wanted it to end anyway", () => {
    const fail = (state: RunState) => decideFailed(state, FailureReason.HOST_GONE, "It went away.");
    const failure = { case: "failure", value: { message: "It went away.", reason: FailureReason.HOST_GONE } };
    expect(fail(asked)).toMatchObject([{ case: "finished", value: { outcome: failure } }]);
    expect(fail(canceled)).toMatchObject([{ case: "finished", value: { outcome: { case: "canceled" } } }]);
    expect(fail(stateAfter(started(), finished))).toEqual([]);
  });
});

describe("loading", () => {
  const isBroadcastOnly = (before: Kind[], kind: Kind) => {
    const event = create(RunEventSchema, { kind });
    return isTransient(stateAfter(started(), ...before), event.kind as Parameters<typeof isTransient>[1]);
  };
  const stops: Kind = { case: "loading", value: {} };

  test.each<[string, Kind[], Kind, boolean]>([
    ["begins", [], loading("Reading"), false],
    ["moves on under the same title", [loading("Reading")], loading("Reading"), true],
    ["gets another title", [loading("Reading")], loading("Writing"), false],
    ["stops", [loading("Reading")], stops, false],
    ["begins anew after a call", [loading("Reading"), asks("name")], loading("Reading"), false],
    ["is something else", [loading("Reading")], finished, false],
  ])("when it %s", (_what, before, kind, expected) => expect(isBroadcastOnly(before, kind)).toBe(expected));
});

test.each<[string, Kind[], boolean]>([
  ["works", [started()], false],
  ["asks", [started(), asks("name")], true],
  ["shows", [started(), shows], false],
  ["looks at an answer", [started(), asks("name"), submitted("name")], false],
  ["looks at one of two answers", [started(), asks("name"), asks("other"), submitted("name")], true],
  ["has ended", [started(), finished], true],
])("a wait for a run that %s", (_what, kinds, ends) => expect(isSettled(stateAfter(...kinds))).toBe(ends));
