import { type CallState, CallStatus, foldRun, type RunEvent, type RunState, type StepTaken } from "@interval/proto";

/** What the sequence of a run consists of. Displays and log lines have no answer and are no part of it. */
export type Member = "call" | "step" | "redirect";

/** One member of a recorded sequence. */
export interface RecordedMember {
  what: Member;
  key: string;
  /** Its place in the sequence, from 1. */
  number: number;
  /** How many members had ended for the program when it began this one: those came before it. */
  begunAfter: number;
  /** As which it ended, from 1; undefined for a call that was not answered yet. */
  end: number | undefined;
  /** A call that its program stopped waiting for: it may be asked again, and does not have to be. */
  isWithdrawn: boolean;
  call?: CallState;
  step?: StepTaken;
}

/** What a durable run has recorded, as a sequence. */
export interface Sequence {
  state: RunState;
  /** In the order in which they were begun. */
  members: RecordedMember[];
  /** How many of them have ended. */
  ends: number;
}

/** What identifies a member: a call and a step may have the same key. */
export function identityOf(what: Member, key: string): string {
  return `${what} ${key}`;
}

/**
 * Reads the sequence out of a journal. What was begun together is told by `begunAfter`: a member came after those that had ended by then, and
 * after no others.
 */
export function readSequence(events: readonly RunEvent[]): Sequence {
  const state = foldRun(events);
  const states = new Map(state.calls.map((known) => [known.call?.key ?? "", known]));
  const found = new Map<string, RecordedMember>();
  let ends = 0;
  let redirects = 0;
  const begin = (what: Member, key: string, begunAfter = ends): RecordedMember => {
    const identity = identityOf(what, key);
    const known = found.get(identity);
    if (known) return known; // asked anew by a later execution
    const member = { what, key, number: 0, begunAfter: Math.min(begunAfter, ends), end: undefined, isWithdrawn: false };
    found.set(identity, member);
    return member;
  };
  const end = (member: RecordedMember | undefined): void => {
    if (member && member.end === undefined) member.end = ++ends;
  };
  for (const { kind } of events) {
    switch (kind.case) {
      case "called": {
        const { call, begunAfter } = kind.value;
        if (!call?.awaitsAnswer) break;
        const member = begin("call", call.key, begunAfter);
        member.call = states.get(call.key);
        member.isWithdrawn = member.call?.status === CallStatus.WITHDRAWN;
        break;
      }
      case "accepted":
        end(found.get(identityOf("call", kind.value.callKey)));
        break;
      case "stepped": {
        const member = begin("step", kind.value.key, kind.value.begunAfter);
        member.step = kind.value;
        end(member);
        break;
      }
      case "redirected":
        end(begin("redirect", redirectKey(++redirects)));
        break;
      default:
    }
  }
  const members = [...found.values()].sort((a, b) => a.begunAfter - b.begunAfter); // stable: else as they were recorded
  members.forEach((member, at) => {
    member.number = at + 1;
  });
  return { state, members, ends };
}

/** The key of a redirect: they are told apart by their order alone. */
export function redirectKey(count: number): string {
  return count > 1 ? `redirect#${count}` : "redirect";
}

/** Whether no two members of a sequence were ever in progress at the same time. */
export function isOneByOne({ members }: Sequence): boolean {
  return members.every(({ begunAfter }, at) => begunAfter >= at);
}
