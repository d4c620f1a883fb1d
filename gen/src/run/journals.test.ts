import { fromJson, type JsonObject, toJson } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { RunEventSchema } from "../../ts/interval/run/v1/run_event_pb.ts";
import { RunStateSchema } from "../../ts/interval/run/v1/run_state_pb.ts";
import { readTestdata, testdataFiles } from "../testdata.test-util.ts";
import { foldRun, reduceRun } from "./reduce.ts";

interface Journal {
  events: JsonObject[];
  state: JsonObject;
}

/** Nothing may change what it was given. */
function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value) && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}

describe.each(testdataFiles("journals"))("%s", (file) => {
  const journal = readTestdata<Journal>(file);
  const events = freeze(journal.events.map((event) => fromJson(RunEventSchema, event)));

  it("folds to the state that it was released with", () => {
    expect(toJson(RunStateSchema, foldRun(events))).toEqual(journal.state);
  });

  it("folds to the same from every place in it, and when events come twice", () => {
    for (let at = 0; at <= events.length; at++) {
      const half = freeze(foldRun(events.slice(0, at)));
      const again = events.filter(({ sequence }, i) => i >= at || sequence > 0n);
      expect(toJson(RunStateSchema, foldRun(again, half))).toEqual(journal.state);
    }
  });

  it("changes no state that it was given", () => {
    let state = freeze(foldRun([]));
    for (const event of events) state = freeze(reduceRun(state, event));
    expect(toJson(RunStateSchema, state)).toEqual(journal.state);
  });
});
