import type { RunEvent } from "@interval/proto";
import { DivergenceError } from "../errors.ts";
import { Replay } from "./replay.ts";

/**
 * How runs are recorded and replayed, by the number of the rules. A run keeps to those under which it began, whatever SDK executes it later, so
 * rules that were released once are never changed: what has to be different gets a number of its own.
 */
const rules = new Map([[1, Replay]]);

/** The rules for runs that begin now. */
const latest = 1;

/** A run's way along what it has recorded, and the number of the rules that it keeps to. */
export interface OpenedReplay {
  replay: Replay;
  rules: number;
}

/**
 * Opens what a run has recorded, by the rules under which it began.
 * @throws {DivergenceError} for rules that are newer than this package
 */
export function openReplay(events: readonly RunEvent[] = [], lines: readonly bigint[] = []): OpenedReplay {
  const first = events.find(({ kind }) => kind.case === "began")?.kind;
  const number = first?.case === "began" ? first.value.replayRules || 1 : latest;
  const Rules = rules.get(number);
  if (Rules) return { replay: new Rules(events, lines), rules: number };
  const newer = first?.case === "began" ? first.value.sdkVersion : "";
  throw new DivergenceError(
    `This run was begun by version ${newer || "unknown"} of the SDK and recorded by its replay rules ${number}; the SDK of this host knows rules up to ${latest}. Update @interval/sdk in the program, or start the run again.`,
  );
}
