import { create } from "@bufbuild/protobuf";
import { Role, type StartRun, StartRunSchema, toParams } from "@interval/proto";
import type { ActionCtx, CtxUser, ParamValue, Trigger } from "../run/context.ts";

/** What a run is started with. Every field is what the handler finds in its `ctx` under that name. */
export interface TestContext {
  /** The parameters of the run. */
  params?: Record<string, ParamValue>;
  /** Who runs it; a member called Test Operator where nothing else is said. */
  user?: Partial<CtxUser>;
  /** The environment's slug; "development" by default. */
  environment?: string;
  organization?: Partial<ActionCtx["organization"]>;
  action?: Partial<ActionCtx["action"]>;
  run?: { id?: string; trigger?: Trigger };
}

const roles = {
  member: Role.MEMBER,
  developer: Role.DEVELOPER,
  admin: Role.ADMIN,
  owner: Role.OWNER,
} satisfies Record<CtxUser["role"], Role>;

/** Says to the host what a server would. */
export function toStart(slug: string, given: TestContext): StartRun {
  const { role = "member", ...user } = given.user ?? {};
  const { environment = "development", organization, action } = given;
  return create(StartRunSchema, {
    action: action?.slug ?? slug,
    params: toParams(given.params ?? {}),
    context: {
      user: {
        id: "user_test",
        email: "operator@example.com",
        firstName: "Test",
        lastName: "Operator",
        timeZone: "UTC",
        locale: "en-US",
        ...user,
        role: roles[role],
      },
      environment: { slug: environment, name: environment },
      organization: { slug: "test", name: "Test", ...organization },
      trigger: given.run?.trigger ?? "operator",
      actionUrl: action?.url ?? `http://localhost:3000/test/${environment}/actions/${action?.slug ?? slug}`,
    },
  });
}
