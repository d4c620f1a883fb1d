import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { FieldErrorCode } from "../../ts/interval/io/v1/field_error_pb.ts";
import { RunEventSchema } from "../../ts/interval/run/v1/run_event_pb.ts";
import { RunStatus } from "../../ts/interval/run/v1/run_pb.ts";
import { CallStatus, type RunState } from "../../ts/interval/run/v1/run_state_pb.ts";
import { emptyRunState, foldRun, reduceRun } from "./reduce.ts";
import { isOver } from "./status.ts";

type Kind = NonNullable<MessageInitShape<typeof RunEventSchema>["kind"]>;

/** A journal of these events, numbered from where a state stands. */
function after(state: RunState, ...kinds: Kind[]): RunState {
  const events = kinds.map((kind, i) => create(RunEventSchema, { sequence: state.sequence + BigInt(i + 1), kind }));
  return foldRun(events, state);
}

const started = (hostInstanceId = "host_a"): Kind => ({
  case: "started",
  value: { run: { id: "run_1", action: "hello" }, hostInstanceId },
});
const began: Kind = { case: "began", value: { hostInstanceId: "host_a" } };
const asks = (key: string): Kind => ({
  case: "called",
  value: { call: { key, awaitsAnswer: true, components: [{ key, kind: { case: "inputText", value: {} } }] } },
});
const shows = (key: string): Kind => ({ case: "called", value: { call: { key } } });
const submitted = (callKey: string, revision = 0): Kind => ({
  case: "submitted",
  value: { callKey, revision, answer: {} },
});
const accepted = (callKey: string, revision = 0): Kind => ({ case: "accepted", value: { callKey, revision } });
const refused = (callKey: string, revision = 0): Kind => ({
  case: "refused",
  value: { callKey, revision, errors: [{ code: FieldErrorCode.REJECTED, text: "No." }] },
});
const lost: Kind = { case: "hostLost", value: { reason: "gone" } };
const success: Kind = { case: "finished", value: { outcome: { case: "success", value: {} } } };

const asked = after(emptyRunState(), started(), began, asks("a"));
const status = (state: RunState) => RunStatus[state.run?.status ?? RunStatus.UNSPECIFIED];

describe("a run's status", () => {
  it.each<[string, Kind[], string]>([
    ["is queued without a host", [started("")], "QUEUED"],
    ["is starting with one", [started()], "STARTING"],
    ["is running once the program begins", [started(), began], "RUNNING"],
    ["awaits input while a call is open", [started(), began, asks("a")], "AWAITING_INPUT"],
    ["is running while displays are shown", [started(), began, shows("a")], "RUNNING"],
    ["is running while the host looks at the answer", [started(), began, asks("a"), submitted("a")], "RUNNING"],
    [
      "awaits input again after a refusal",
      [started(), began, asks("a"), submitted("a"), refused("a")],
      "AWAITING_INPUT",
    ],
    [
      "awaits input while one of two calls is open",
      [started(), began, asks("a"), asks("b"), submitted("a"), accepted("a")],
      "AWAITING_INPUT",
    ],
    ["is running after the last answer", [started(), began, asks("a"), submitted("a"), accepted("a")], "RUNNING"],
    ["is host lost, whatever is open", [started(), began, asks("a"), lost], "HOST_LOST"],
    [
      "goes on when the host is back",
      [started(), began, asks("a"), lost, { case: "hostResumed", value: {} }],
      "AWAITING_INPUT",
    ],
    [
      "runs on when the host is back and nothing is open",
      [started(), began, lost, { case: "hostResumed", value: {} }],
      "RUNNING",
    ],
    ["goes on when another host begins again", [started(), began, lost, began], "RUNNING"],
    [
      "stays what it was while a cancel is on its way",
      [started(), began, asks("a"), { case: "cancelRequested", value: {} }],
      "AWAITING_INPUT",
    ],
    ["is the outcome's in the end", [started(), began, success], "SUCCEEDED"],
    ["is canceled", [started(), { case: "finished", value: { outcome: { case: "canceled", value: {} } } }], "CANCELED"],
    [
      "is redirected",
      [started(), { case: "finished", value: { outcome: { case: "redirected", value: {} } } }],
      "REDIRECTED",
    ],
    [
      "is failed, also from lost",
      [started(), lost, { case: "finished", value: { outcome: { case: "failure", value: {} } } }],
      "FAILED",
    ],
    ["never counts an outcome that is newer as well done", [started(), { case: "finished", value: {} }], "FAILED"],
  ])("%s", (_what, kinds, expected) => {
    const state = after(emptyRunState(), ...kinds);
    expect(status(state)).toBe(expected);
    expect(isOver(state.run)).toBe(kinds.some((kind) => kind.case === "finished"));
  });
});

describe("a call", () => {
  it("is open, submitted, accepted, and stays", () => {
    const walk = [asked, after(asked, submitted("a")), after(asked, submitted("a"), accepted("a"))];
    expect(walk.map(({ calls }) => calls[0]?.status)).toEqual([
      CallStatus.OPEN,
      CallStatus.SUBMITTED,
      CallStatus.ACCEPTED,
    ]);
    expect(asked.calls[0]?.sequence).toBe(3n);
  });

  it("opens again after a refusal with a higher revision and the errors, which the next answer clears", () => {
    const open = after(asked, submitted("a"), refused("a"));
    expect(open.calls[0]).toMatchObject({ status: CallStatus.OPEN, revision: 1, errors: [{ text: "No." }] });
    expect(after(open, submitted("a", 1)).calls[0]).toMatchObject({ status: CallStatus.SUBMITTED, errors: [] });
    expect(after(open, submitted("a", 1), refused("a", 1)).calls[0]?.revision).toBe(2);
  });

  it("is withdrawn when the run ends open or unanswered, and keeps what was answered", () => {
    const done = after(asked, submitted("a"), accepted("a"), asks("b"), asks("c"), submitted("c"), shows("d"), success);
    expect(done.calls.map((call) => CallStatus[call.status])).toEqual(["ACCEPTED", "WITHDRAWN", "WITHDRAWN", "SHOWN"]);
    expect(done.calls[2]?.answer).toBeDefined();
  });

  it("takes the place of the one with its key when it is asked again", () => {
    const again = after(asked, shows("b"), asks("a"));
    expect(again.calls.map(({ call }) => call?.key)).toEqual(["a", "b"]);
    expect(again.calls[0]?.sequence).toBe(5n);
  });
});

describe("an event", () => {
  it("that is held already changes nothing", () => {
    const event = create(RunEventSchema, { sequence: 3n, kind: asks("z") });
    expect(reduceRun(asked, event)).toBe(asked);
  });

  it("that is newer is counted and skipped", () => {
    const next = reduceRun(asked, create(RunEventSchema, { sequence: 4n }));
    expect(next).toEqual({ ...asked, sequence: 4n });
  });

  it("that is only broadcast is applied and not counted", () => {
    const loading = create(RunEventSchema, { kind: { case: "loading", value: { loading: { label: "Reading" } } } });
    const next = reduceRun(asked, loading);
    expect(next.loading?.label).toBe("Reading");
    expect(next.sequence).toBe(asked.sequence);
  });

  it("about a call or component that is not there changes no call", () => {
    const row: Kind = {
      case: "patched",
      value: { callKey: "a", change: { case: "row", value: { componentKey: "x" } } },
    };
    const next = after(asked, accepted("x"), row, { case: "patched", value: { callKey: "a" } });
    expect(next.calls).toEqual(asked.calls);
  });

  it("shares what did not change", () => {
    const next = after(asked, asks("b"));
    expect(next.calls[0]).toBe(asked.calls[0]);
    expect(next.driver).toBe(asked.driver);
  });
});

describe("a patch", () => {
  const table = (key: string, name: string) => ({ key, cells: { name: { label: name } } });
  const call: Kind = {
    case: "called",
    value: {
      call: {
        key: "t",
        components: [
          {
            key: "rows",
            kind: {
              case: "selectTable",
              value: { table: { firstPage: { rows: [table("1", "a"), table("2", "b")] } } },
            },
          },
          { key: "name", label: "Name", kind: { case: "inputText", value: {} } },
        ],
      },
    },
  };
  const shown = after(emptyRunState(), started(), began, call);

  it("replaces one row by its key", () => {
    const change = { case: "row", value: { componentKey: "rows", row: table("2", "B") } } as const;
    const next = after(shown, { case: "patched", value: { callKey: "t", change } });
    const kind = next.calls[0]?.call?.components[0]?.kind;
    const rows = kind?.case === "selectTable" ? kind.value.table?.firstPage?.rows : [];
    expect(rows?.map(({ cells }) => cells.name?.label)).toEqual(["a", "B"]);
    expect(next.calls[0]?.call?.components[1]).toBe(shown.calls[0]?.call?.components[1]);
  });

  it("replaces one component by its key, and no other", () => {
    const change = { case: "component", value: { key: "name", label: "New" } } as const;
    const next = after(shown, { case: "patched", value: { callKey: "t", change } });
    expect(next.calls[0]?.call?.components.map(({ label }) => label)).toEqual(["", "New"]);
    expect(shown.calls[0]?.call?.components[1]?.label).toBe("Name");
  });
});
