import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import {
  type Actor,
  ActorSchema,
  type Driver,
  DriverSchema,
  emptyRunState,
  foldRun,
  HandoverOutcome,
  type Happening,
  RunEventSchema,
  type RunState,
} from "@interval/proto";
import { describe, expect, test } from "vitest";
import { DeniedError, InvalidError, PreconditionError } from "../errors.ts";
import { decideAskedAnew, decideHandover, decideHandoverDue, decideTakeOver } from "./decide-handover.ts";

type Kind = NonNullable<MessageInitShape<typeof RunEventSchema>["kind"]>;

const person = (id: string): Actor =>
  create(ActorSchema, { kind: { case: "user", value: { id, firstName: id === "ada" ? "Ada" : "Grace" } } });
const ada = person("ada");
const grace = person("grace");
const key = create(ActorSchema, { kind: { case: "apiKey", value: { id: "key_1", prefix: "live_ab" } } });
const system = create(ActorSchema, { kind: { case: "system", value: {} } });
const seat = (actor?: Actor, tabId = ""): Driver => create(DriverSchema, { actor, tabId });
const adas = seat(ada, "one");
const graces = seat(grace, "two");

function stateAfter(...kinds: Kind[]): RunState {
  const events = kinds.map((kind, i) => create(RunEventSchema, { sequence: BigInt(i + 1), kind }));
  return foldRun(events, emptyRunState());
}
const started = (driver: Driver): Kind => ({
  case: "started",
  value: { run: { id: "run_1" }, driver, hostInstanceId: "one" },
});
const asks = (by: Driver): Kind => ({ case: "handoverRequested", value: { by } });
const finished: Kind = { case: "finished", value: { outcome: { case: "success", value: {} } } };
const driven = stateAfter(started(adas));
const asked = stateAfter(started(adas), asks(graces));

const takeOver = (state: RunState, by: Driver, isAway = false) =>
  decideTakeOver(state, { by, isAway, handoverMs: 10_000 });

/** What happens, in words. */
function told(happenings: Happening[]): string[] {
  return happenings.map(({ case: kind, value }) => {
    if (value.$typeName === "interval.run.v1.HandoverEnded") return HandoverOutcome[value.outcome] ?? "";
    if (value.$typeName === "interval.run.v1.DriverChanged") return `driven from ${value.driver?.tabId}`;
    return kind;
  });
}

describe("who wants to drive", () => {
  test.each<[string, RunState, Driver, boolean, string[]]>([
    ["and drives already changes nothing", driven, adas, false, []],
    ["asks", driven, graces, false, ["handoverRequested"]],
    ["asks with a key", driven, seat(key), false, ["handoverRequested"]],
    ["is the same person in another tab, and drives at once", driven, seat(ada, "x"), false, ["driven from x"]],
    ["drives at once where the driver is away", driven, graces, true, ["driven from two"]],
    ["drives at once where nobody does", stateAfter(started(seat())), graces, false, ["driven from two"]],
    ["drives at once where the server does", stateAfter(started(seat(system))), graces, false, ["driven from two"]],
    ["and has asked already changes nothing", asked, graces, false, []],
    ["asks from another tab instead", asked, seat(grace, "x"), false, ["WITHDRAWN", "handoverRequested"]],
    ["is given the run when the driver has left meanwhile", asked, graces, true, ["GRANTED", "driven from two"]],
    ["leaves the question of another as it is, from another tab", asked, seat(ada, "x"), false, ["driven from x"]],
  ])("%s", (_what, state, by, isAway, expected) => {
    expect(told(takeOver(state, by, isAway))).toEqual(expected);
  });

  test("is told until when the driver may say no", () => {
    const before = Date.now();
    const [happening] = takeOver(driven, graces);
    const until = happening?.case === "handoverRequested" ? happening.value.until : undefined;
    expect(until && timestampMs(until) - before).toBeGreaterThanOrEqual(10_000);
  });

  test.each<[string, RunState, Driver, boolean, string]>([
    ["a run that is over", stateAfter(started(adas), finished), graces, false, "The run is over"],
    ["a run that another asks for", asked, seat(key), false, "Grace has asked to drive already."],
    ["a run that another asks for while its driver is away", asked, seat(key), true, "Grace has asked"],
  ])("cannot have %s", (_what, state, by, isAway, message) => {
    expect(() => takeOver(state, by, isAway)).toThrow(PreconditionError);
    expect(() => takeOver(state, by, isAway)).toThrow(message);
  });
});

describe("a question", () => {
  const decide = (outcome: HandoverOutcome, by: Actor, state = asked, sequence = 2n) =>
    decideHandover(state, { sequence, outcome, by });

  test.each<[string, HandoverOutcome, Actor, string[]]>([
    ["is denied by the driver", HandoverOutcome.DENIED, ada, ["DENIED"]],
    ["is granted by the driver", HandoverOutcome.GRANTED, ada, ["GRANTED", "driven from two"]],
    ["is withdrawn by who asked", HandoverOutcome.WITHDRAWN, grace, ["WITHDRAWN"]],
  ])("%s", (_what, outcome, by, expected) => {
    const happenings = decide(outcome, by);
    expect(told(happenings)).toEqual(expected);
    expect(happenings[0]).toMatchObject({ value: { by } });
  });

  test.each<[string, HandoverOutcome, Actor, new (...args: never[]) => Error]>([
    ["denied by who asked", HandoverOutcome.DENIED, grace, DeniedError],
    ["granted by who asked", HandoverOutcome.GRANTED, grace, DeniedError],
    ["granted by a third", HandoverOutcome.GRANTED, key, DeniedError],
    ["withdrawn by the driver", HandoverOutcome.WITHDRAWN, ada, DeniedError],
    ["left to lapse", HandoverOutcome.LAPSED, ada, InvalidError],
    ["settled without saying how", HandoverOutcome.UNSPECIFIED, ada, InvalidError],
  ])("cannot be %s", (_what, outcome, by, error) => {
    expect(() => decide(outcome, by)).toThrow(error);
  });

  test("cannot be settled once it no longer waits, nor in the place of another", () => {
    const settled = stateAfter(started(adas), asks(graces), { case: "handoverEnded", value: { outcome: 2 } });
    expect(() => decide(HandoverOutcome.GRANTED, ada, settled)).toThrow(PreconditionError);
    expect(() => decide(HandoverOutcome.GRANTED, ada, asked, 1n)).toThrow(PreconditionError);
    expect(() => decide(HandoverOutcome.GRANTED, ada, driven, 0n)).toThrow(PreconditionError);
  });

  test("is granted when its time is over, unless who asked is gone or it no longer waits", () => {
    expect(told(decideHandoverDue(asked, 2n, false))).toEqual(["GRANTED", "driven from two"]);
    expect(told(decideHandoverDue(asked, 2n, true))).toEqual(["LAPSED"]);
    expect(decideHandoverDue(asked, 1n, false)).toEqual([]);
    expect(decideHandoverDue(driven, 2n, false)).toEqual([]);
  });

  test("is asked anew with a time of its own, once", () => {
    expect(decideAskedAnew(asked, 2n, 1)).toMatchObject([{ case: "handoverRequested", value: { by: graces } }]);
    expect(decideAskedAnew(asked, 1n, 1)).toEqual([]);
    expect(decideAskedAnew(driven, 2n, 1)).toEqual([]);
  });
});
