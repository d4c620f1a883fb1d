import { create } from "@bufbuild/protobuf";
import { type RunContext, RunContextSchema, RunTrigger, type User } from "@interval/proto";
import type { Place } from "../access/place.ts";

/** What a program sees of whoever runs one of its actions, or looks at one of its pages. */
export function programContext(
  publicUrl: string,
  { organization, environment }: Pick<Place, "organization" | "environment">,
  { path, user, trigger }: { path: string; user: User | undefined; trigger: RunTrigger },
): RunContext {
  return create(RunContextSchema, {
    user,
    organization: { slug: organization.slug, name: organization.name },
    environment: { slug: environment.slug, name: environment.name },
    trigger: triggerNames[trigger],
    actionUrl: `${publicUrl}/${organization.slug}/${environment.slug}/actions/${path}`,
  });
}

const triggerNames = {
  [RunTrigger.UNSPECIFIED]: "operator",
  [RunTrigger.OPERATOR]: "operator",
  [RunTrigger.QUEUE]: "queue",
  [RunTrigger.SCHEDULE]: "schedule",
  [RunTrigger.API]: "api",
  [RunTrigger.AGENT]: "agent",
} satisfies Record<RunTrigger, string>;
