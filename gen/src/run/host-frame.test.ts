import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { type HostFrame, HostFrameSchema } from "../../ts/interval/host/v1/frame_pb.ts";
import { RunEventSchema } from "../../ts/interval/run/v1/run_event_pb.ts";
import type { RunState } from "../../ts/interval/run/v1/run_state_pb.ts";
import { decideHostFrame } from "./host-frame.ts";
import { foldRun } from "./reduce.ts";

type Kind = NonNullable<MessageInitShape<typeof RunEventSchema>["kind"]>;
type Body = NonNullable<MessageInitShape<typeof HostFrameSchema>["body"]>;

function stateAfter(...kinds: Kind[]): RunState {
  return foldRun(kinds.map((kind, i) => create(RunEventSchema, { sequence: BigInt(i + 1), kind })));
}

const started: Kind = { case: "started", value: { run: { id: "run_1" }, hostInstanceId: "one" } };
const asks: Kind = { case: "called", value: { call: { key: "name", awaitsAnswer: true } } };
const submitted: Kind = { case: "submitted", value: { callKey: "name" } };
const finished: Kind = { case: "finished", value: { outcome: { case: "success", value: {} } } };
const asked = stateAfter(started, asks);

describe("a host's frame", () => {
  const hears = (state: RunState, body: Body) =>
    decideHostFrame(state, create(HostFrameSchema, { body }).body as HostFrame["body"]).map(
      (happening) => happening.case,
    );
  const answered = stateAfter(started, asks, submitted);

  test.each<[Body, string]>([
    [{ case: "began", value: {} }, "began"],
    [{ case: "call", value: { call: { key: "more" } } }, "called"],
    [{ case: "accepted", value: { callKey: "name" } }, "accepted"],
    [{ case: "refused", value: { callKey: "name" } }, "refused"],
    [{ case: "withdrawn", value: { callKey: "name" } }, "withdrawn"],
    [{ case: "log", value: {} }, "logged"],
    [{ case: "loading", value: { loading: {} } }, "loading"],
    [{ case: "redirect", value: {} }, "redirected"],
    [{ case: "step", value: { key: "a" } }, "stepped"],
    [{ case: "finish", value: {} }, "finished"],
  ])("$case happens", (body, happening) => {
    expect(hears(answered, body)).toEqual([happening]);
    expect(hears(stateAfter(started, asks, submitted, finished), body)).toEqual([]);
  });

  test("a value that was on its way happens even after the end", () => {
    const patch: Body = { case: "patch", value: { callKey: "name" } };
    expect(hears(answered, patch)).toEqual(["patched"]);
    expect(hears(stateAfter(started, asks, finished), patch)).toEqual(["patched"]);
  });

  test.each<[string, RunState, Body]>([
    ["a frame newer than the server", answered, { case: undefined }],
    ["a word about the connection", answered, { case: "heartbeat", value: {} }],
    ["a call without content", answered, { case: "call", value: {} }],
    ["a call that was answered meanwhile", answered, { case: "call", value: { call: { key: "name" } } }],
    ["an end of loading where nothing was loading", answered, { case: "loading", value: {} }],
    ["taking an answer that nobody gave", asked, { case: "accepted", value: { callKey: "name" } }],
    ["refusing an answer that nobody gave", asked, { case: "refused", value: { callKey: "name" } }],
    ["refusing another revision", answered, { case: "refused", value: { callKey: "name", revision: 1 } }],
    ["taking an answer to a call that was never made", answered, { case: "accepted", value: { callKey: "other" } }],
  ])("%s means nothing", (_what, state, body) => expect(hears(state, body)).toEqual([]));
});

test("a host that begins a run cannot give it to another", () => {
  const { body } = create(HostFrameSchema, { body: { case: "began", value: { hostInstanceId: "two" } } });
  expect(decideHostFrame(asked, body)).toMatchObject([{ case: "began", value: { hostInstanceId: "one" } }]);
});
