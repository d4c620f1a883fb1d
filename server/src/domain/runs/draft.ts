import { create } from "@bufbuild/protobuf";
import { type Timestamp, timestampNow } from "@bufbuild/protobuf/wkt";
import { type Happening, type RunEvent, RunEventSchema, type RunState, reduceRun } from "@interval/proto";
import type { RunCommand } from "./actor.ts";
import { isTransient } from "./decide.ts";

/** What a batch of commands makes of a run, before it is stored. */
export class Draft {
  state: RunState;
  /** The sequence of the last event that is to be stored. */
  sequence: number;
  readonly events: RunEvent[] = [];
  /** Those of the events that are stored; the others are only broadcast. */
  readonly stored: RunEvent[] = [];
  readonly requestIds = new Set<string>();
  /** The last frame of the host. All frames of a draft are of one epoch. */
  host: RunCommand["host"];
  finishedBy: RunCommand | undefined;
  readonly #time: Timestamp = timestampNow();

  constructor(state: RunState, sequence: number) {
    this.state = state;
    this.sequence = sequence;
  }

  /** Adds what a command decides: all of it, or nothing when it throws. */
  add(command: RunCommand, decide: (state: RunState) => Happening[]): void {
    let { state, sequence } = this;
    const events: RunEvent[] = [];
    for (const kind of decide(state)) {
      const isStored = !isTransient(state, kind);
      const event = create(RunEventSchema, {
        sequence: BigInt(isStored ? ++sequence : 0),
        time: this.#time,
        kind,
      });
      state = reduceRun(state, event);
      events.push(event);
    }
    this.state = state;
    this.sequence = sequence;
    for (const event of events) {
      this.events.push(event);
      if (event.sequence > 0n) this.stored.push(event);
      if (event.kind.case === "finished") this.finishedBy = command;
    }
    if (command.requestId) this.requestIds.add(command.requestId);
    if (command.host) this.host = command.host;
  }
}
