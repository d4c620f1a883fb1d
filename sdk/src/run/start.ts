import { fromParams, Role, type RunContext, type StartRun } from "@interval/proto";
import type { ActionCtx, CtxUser, ParamValue, Trigger } from "./context.ts";

const roles = {
  [Role.UNSPECIFIED]: "member",
  [Role.MEMBER]: "member",
  [Role.DEVELOPER]: "developer",
  [Role.ADMIN]: "admin",
  [Role.OWNER]: "owner",
} satisfies Record<Role, CtxUser["role"]>;

const triggers: readonly Trigger[] = ["operator", "queue", "schedule", "api", "agent"];

/** What the server tells of a run, as the handler sees it. */
export type StartedCtx = Pick<ActionCtx, "user" | "params" | "environment" | "organization" | "action" | "run">;

/** Unpacks what the server tells of a run. */
export function readStart(runId: string, start: StartRun): StartedCtx {
  const context = start.context;
  const trigger = triggers.find((name) => name === context?.trigger) ?? "operator";
  return {
    user: readUser(context),
    // A server sends nothing else as a parameter.
    params: fromParams(start.params) as Record<string, ParamValue>,
    environment: context?.environment?.slug ?? "",
    organization: { name: context?.organization?.name ?? "", slug: context?.organization?.slug ?? "" },
    action: { slug: start.action, url: context?.actionUrl ?? "" },
    run: { id: runId, trigger },
  };
}

function readUser(context: RunContext | undefined): CtxUser {
  const { id = "", email = "", firstName = "", lastName = "", role = Role.MEMBER } = context?.user ?? {};
  const { teams = [], timeZone = "", locale = "" } = context?.user ?? {};
  return {
    id,
    email,
    firstName,
    lastName,
    role: roles[role] ?? "member",
    teams: [...teams],
    timeZone: timeZone || "UTC",
    locale: locale || "en-US",
  };
}
