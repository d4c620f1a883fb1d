import { RunStatus } from "@interval/proto";

/** How a status is named and coloured. */
export interface StatusLook {
  /** The last part of its text's key. */
  text: string;
  icon: string;
  tone: "neutral" | "primary" | "success" | "warning" | "error";
  busy?: boolean;
}

export const statusLooks = {
  [RunStatus.UNSPECIFIED]: { text: "unknown", icon: "i-lucide-circle-help", tone: "neutral" },
  [RunStatus.QUEUED]: { text: "queued", icon: "i-lucide-clock", tone: "neutral" },
  [RunStatus.STARTING]: { text: "starting", icon: "i-lucide-loader-circle", tone: "neutral", busy: true },
  [RunStatus.RUNNING]: { text: "running", icon: "i-lucide-loader-circle", tone: "primary", busy: true },
  [RunStatus.AWAITING_INPUT]: { text: "awaitingInput", icon: "i-lucide-message-circle-question-mark", tone: "primary" },
  [RunStatus.HOST_LOST]: { text: "hostLost", icon: "i-lucide-unplug", tone: "warning" },
  [RunStatus.SUCCEEDED]: { text: "succeeded", icon: "i-lucide-circle-check", tone: "success" },
  [RunStatus.FAILED]: { text: "failed", icon: "i-lucide-circle-x", tone: "error" },
  [RunStatus.CANCELED]: { text: "canceled", icon: "i-lucide-ban", tone: "neutral" },
  [RunStatus.REDIRECTED]: { text: "redirected", icon: "i-lucide-corner-up-right", tone: "neutral" },
} satisfies Record<RunStatus, StatusLook>;

/** The statuses of a run that is not over. */
export const openStatuses = [
  RunStatus.QUEUED,
  RunStatus.STARTING,
  RunStatus.RUNNING,
  RunStatus.AWAITING_INPUT,
  RunStatus.HOST_LOST,
] as const;
