import { fromParams, Role, type RunContext, type StartRun, zoneOrUtc } from "@interval/proto";
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
  const { action, context } = start;
  const trigger = triggers.find((name) => name === context?.trigger) ?? "operator";
  return {
    ...readContext(start),
    action: { slug: action, url: context?.actionUrl ?? "" },
    run: { id: runId, trigger },
  };
}

/** Unpacks what the server tells of whoever runs an action, or looks at a page. */
export function readContext({
  params,
  context,
}: Pick<StartRun, "params" | "context">): Pick<ActionCtx, "user" | "params" | "environment" | "organization"> {
  return {
    user: readUser(context),
    // A server sends nothing else as a parameter.
    params: fromParams(params) as Record<string, ParamValue>,
    environment: context?.environment?.slug ?? "",
    organization: { name: context?.organization?.name ?? "", slug: context?.organization?.slug ?? "" },
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
    timeZone: zoneOrUtc(timeZone),
    locale: locale || "en-US",
  };
}
