import { type Actor, HandoverOutcome, RunTrigger } from "@interval/proto";
import { titleOf } from "../../../lib/calls.ts";
import { linkText } from "../../../lib/links.ts";
import type { Entry } from "./entries.ts";

/** How an entry begins: a sentence with who did it, and about what. */
export interface Line {
  icon: string;
  /** People's deeds stand out, what the system notes is quiet. */
  tone: "person" | "system" | "warning" | "error";
  /** The sentence's key. */
  text: string;
  /** Who did it; the server where nobody is set. */
  name?: Actor;
  /** What it is about. */
  what?: string | readonly string[];
  n?: number;
}

/** The sentence of an entry; none where what it shows says it by itself. */
export function lineOf({ event, call, again, asker }: Entry): Line | undefined {
  const { kind } = event;
  switch (kind.case) {
    case "started":
      return { ...person, icon: "i-lucide-play", text: "transcript.line.started", name: kind.value.run?.startedBy };
    case "began":
      return { ...system, text: again ? "transcript.line.beganAgain" : "transcript.line.began" };
    case "called":
      if (!call?.call?.awaitsAnswer) return { ...system, icon: "i-lucide-eye", text: "transcript.line.shown" };
      return { ...system, icon: question, text: "transcript.line.asked", what: titleOf(call.call) };
    case "submitted":
      return { ...person, icon: "i-lucide-reply", text: "transcript.line.answered", name: kind.value.by };
    case "withdrawn":
      return { ...system, icon: question, text: "transcript.line.withdrawn", what: titleOf(call?.call) };
    case "loading":
    case "logged":
    case "finished":
      return undefined;
    case "redirected":
      return { ...system, icon: redirect, text: "transcript.line.redirected", what: linkText(kind.value.link) };
    case "stepped": {
      const failed = kind.value.outcome.case === "failure";
      const text = failed ? "transcript.line.stepFailed" : "transcript.line.step";
      return { tone: failed ? "error" : "system", icon: "i-lucide-footprints", text, what: kind.value.name };
    }
    case "driverChanged": {
      const text = again ? "transcript.line.driverAgain" : "transcript.line.driver";
      return { ...person, icon: "i-lucide-user-round-check", text, name: kind.value.driver?.actor };
    }
    case "handoverRequested":
      return { ...person, icon: hand, text: "transcript.line.wanted", name: kind.value.by?.actor };
    case "handoverEnded":
      return { ...person, icon: hand, ...handover(kind.value.outcome, kind.value.by, asker) };
    case "hostLost":
      return { icon: "i-lucide-unplug", tone: "warning", text: "transcript.line.hostLost" };
    case "hostResumed":
      return { ...system, icon: "i-lucide-plug", text: "transcript.line.hostResumed" };
    case "assigned":
      return { ...system, icon: "i-lucide-plug", text: "transcript.line.assigned", n: kind.value.epoch };
    case "cancelRequested":
      return { ...person, icon: "i-lucide-ban", text: "transcript.line.cancel", name: kind.value.by };
    case "patched": // has no entry of its own
    case "accepted":
    case "refused":
    case undefined:
      return { ...system, icon: "i-lucide-circle-help", text: "transcript.line.unknown" };
    default:
      return kind satisfies never;
  }
}

const person = { tone: "person" } as const;
const system = { tone: "system", icon: "i-lucide-cpu" } as const;
const question = "i-lucide-message-circle-question-mark";
const redirect = "i-lucide-corner-up-right";
const hand = "i-lucide-hand";

function handover(
  outcome: HandoverOutcome,
  by: Actor | undefined,
  asker: Actor | undefined,
): Pick<Line, "text" | "name"> {
  switch (outcome) {
    case HandoverOutcome.GRANTED:
      if (by) return { text: "transcript.line.granted", name: by };
      return { text: "transcript.line.grantedByTime", name: asker };
    case HandoverOutcome.DENIED:
      return { text: "transcript.line.denied", name: by };
    case HandoverOutcome.WITHDRAWN:
      return { text: "transcript.line.withdrew", name: by ?? asker };
    case HandoverOutcome.LAPSED:
    case HandoverOutcome.UNSPECIFIED:
      return { text: "transcript.line.lapsed", name: asker };
    default:
      return outcome satisfies never;
  }
}

/** How a run was started that nobody started in the dashboard. */
export const triggers = {
  [RunTrigger.UNSPECIFIED]: undefined,
  [RunTrigger.OPERATOR]: undefined,
  [RunTrigger.QUEUE]: "transcript.trigger.queue",
  [RunTrigger.SCHEDULE]: "transcript.trigger.schedule",
  [RunTrigger.API]: "transcript.trigger.api",
  [RunTrigger.AGENT]: "transcript.trigger.agent",
} as const satisfies Record<RunTrigger, string | undefined>;
