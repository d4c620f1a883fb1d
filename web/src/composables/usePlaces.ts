import type { Environment, OrganizationMembership } from "@interval/proto";
import { computed } from "vue";
import { homePath, type Place, samePath } from "../lib/links.ts";
import { useSession } from "./useSession.ts";

/** An organization of the person with its environments, and where each leads from here. */
export interface PlaceGroup {
  organization: OrganizationMembership;
  environments: Array<{ environment: Environment; to: string; isHere: boolean }>;
}

/** Where the person can go, by organization; the screen at `path` stays where every environment has it. */
export function usePlaces(place: () => Place, path: () => string) {
  const session = useSession();
  return computed<PlaceGroup[]>(() =>
    session.organizations.value.map((organization) => ({
      organization,
      environments: organization.environments.map((environment) => {
        const there = { organization: organization.slug, environment: environment.slug };
        const isHere = homePath(there) === homePath(place());
        return { environment, to: samePath(path(), place(), there), isHere };
      }),
    })),
  );
}
