import { RunTrigger } from "@interval/proto";

/** How what started a run is named: the last part of its text's key, and an icon. */
export interface TriggerLook {
  text: string;
  icon: string;
}

export const triggerLooks = {
  [RunTrigger.UNSPECIFIED]: { text: "unknown", icon: "i-lucide-circle-help" },
  [RunTrigger.OPERATOR]: { text: "operator", icon: "i-lucide-user" },
  [RunTrigger.QUEUE]: { text: "queue", icon: "i-lucide-inbox" },
  [RunTrigger.SCHEDULE]: { text: "schedule", icon: "i-lucide-calendar-clock" },
  [RunTrigger.API]: { text: "api", icon: "i-lucide-key-round" },
  [RunTrigger.AGENT]: { text: "agent", icon: "i-lucide-bot" },
} satisfies Record<RunTrigger, TriggerLook>;
