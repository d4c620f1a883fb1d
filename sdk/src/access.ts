import { create } from "@bufbuild/protobuf";
import { type Access as AccessMessage, AccessSchema } from "@interval/proto";
import { HostMisuseError } from "./errors.ts";

/** Who may open an action or page: everyone in the organization, or the members of some teams. No team at all is nobody. */
export type Access = "entire-organization" | { teams: readonly string[] };

/** Packs an access rule; unset stays unset, which leaves it to the page above. */
export function toAccess(access: Access | undefined, of: string): AccessMessage | undefined {
  if (access === undefined) return undefined;
  if (access === "entire-organization") {
    return create(AccessSchema, { kind: { case: "entireOrganization", value: {} } });
  }
  if (typeof access === "object" && Array.isArray(access.teams)) {
    return create(AccessSchema, { kind: { case: "teams", value: { slugs: [...access.teams] } } });
  }
  throw new HostMisuseError(`"access" of ${of} must be "entire-organization" or { teams: ["slug", ...] }.`);
}
