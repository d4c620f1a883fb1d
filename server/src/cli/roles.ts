import { Role } from "@interval/proto";

/** Roles by the names that commands use. */
export const roles = { member: Role.MEMBER, developer: Role.DEVELOPER, admin: Role.ADMIN, owner: Role.OWNER } as const;

export type RoleName = keyof typeof roles;

/** The name of a role. */
export function roleName(role: Role): string {
  return Object.entries(roles).find(([, each]) => each === role)?.[0] ?? "none";
}
