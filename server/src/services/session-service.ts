import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import { Role, type SessionService } from "@interval/proto";
import { placeOfKey, userOf } from "../domain/access/place.ts";
import { profileOf } from "../domain/access/profiles.ts";
import { DeniedError } from "../domain/errors.ts";
import type { EnvironmentRecord } from "../store/store.ts";
import { callerOf } from "./caller.ts";
import type { Parts } from "./parts.ts";

export function sessionService({ config, store, profiles, version }: Parts): ServiceImpl<typeof SessionService> {
  return {
    async getSession(_request, context) {
      const caller = callerOf(context);
      if (caller.kind === "stranger") return {};
      if (caller.kind !== "person") {
        const { organization, environment, membership, person } = await placeOfKey(caller, store.people);
        const role = membership?.role ?? Role.UNSPECIFIED;
        return {
          user: person && userOf(person, membership),
          organizations: [{ ...organization, role, environments: [environmentOf(environment)] }],
          serverVersion: version,
        };
      }
      const organizations = caller.memberships.map(async ({ organization, role }) => {
        const environments = await store.people.listEnvironments(organization.id);
        const usable = environments.filter(({ personal }) => !personal || role >= Role.DEVELOPER);
        return { slug: organization.slug, name: organization.name, role, environments: usable.map(environmentOf) };
      });
      return {
        user: userOf(caller.person, caller.memberships[0]),
        organizations: await Promise.all(organizations),
        serverVersion: version,
        unwatchedRunSpan: durationFromMs(config.timing.abandonedRunMs),
        colorScheme: caller.person.colorScheme,
      };
    },

    async updateProfile(request, context) {
      const caller = callerOf(context);
      if (caller.kind !== "person") throw new DeniedError("An API key has no profile.");
      const person = await profiles.update(caller.person.id, request);
      return { profile: profileOf(person, caller.memberships[0]) };
    },
  };
}

function environmentOf({ slug, name, color }: EnvironmentRecord) {
  return { slug, name, color: color ?? undefined };
}
