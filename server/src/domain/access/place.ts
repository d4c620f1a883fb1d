import { create } from "@bufbuild/protobuf";
import {
  type Access,
  type Actor,
  ActorSchema,
  type CatalogEntry,
  type Driver,
  DriverSchema,
  Role,
  type User,
  UserSchema,
} from "@interval/proto";
import type { Caller } from "../../auth/identity.ts";
import type {
  EnvironmentRecord,
  MembershipRecord,
  OrganizationRecord,
  PeopleStore,
  PersonRecord,
  RunRecord,
  Scope,
} from "../../store/store.ts";
import { DeniedError, NotFoundError } from "../errors.ts";

/** An environment as a caller stands in it. */
export interface Place {
  organization: OrganizationRecord;
  environment: EnvironmentRecord;
  scope: Scope;
  /** The person who acts, if one does, and what they are here. */
  person: PersonRecord | undefined;
  membership: MembershipRecord | undefined;
}

const nowhere = () => new NotFoundError("There is no such organization or environment, or you do not belong to it.");

/**
 * The environment that a request names. Keys have just one: they may leave it out, and may name no other.
 *
 * @throws {NotFoundError} when it does not exist or the caller does not belong to it
 */
export async function findPlace(
  caller: Caller,
  { organization: organizationSlug, environment: environmentSlug }: { organization: string; environment: string },
  people: PeopleStore,
): Promise<Place> {
  if (caller.kind === "stranger") throw nowhere();
  if (caller.kind === "key") {
    const place = await placeOfKey(caller, people);
    const fits = (slug: string, given: string) => given === "" || given === slug;
    const fitting = fits(place.organization.slug, organizationSlug) && fits(place.environment.slug, environmentSlug);
    if (!fitting) throw nowhere();
    return place;
  }
  const { person, memberships } = caller;
  const membership = memberships.find(({ organization }) => organization.slug === organizationSlug);
  const environment = membership && (await people.findEnvironment(membership.organization.id, environmentSlug));
  if (!membership || !environment) throw nowhere();
  if (environment.personal && membership.role < Role.DEVELOPER) throw nowhere();
  const { organization } = membership;
  const userId = environment.personal ? person.id : null;
  const scope = { organizationId: organization.id, environmentId: environment.id, userId };
  return { organization, environment, scope, person, membership };
}

/**
 * Makes sure that a caller may see and set what stands behind an environment: its hosts and settings. Developers may in their own development,
 * admins in all others.
 *
 * @throws {DeniedError} when they may not
 */
export function assertManages({ environment, membership }: Place): void {
  const role = membership?.role ?? Role.UNSPECIFIED;
  if (role >= (environment.personal ? Role.DEVELOPER : Role.ADMIN)) return;
  throw new DeniedError(
    environment.personal ? "Only developers may do this." : `Only admins may do this in ${environment.name}.`,
  );
}

/** The environment of a key. */
export async function placeOfKey(caller: Extract<Caller, { kind: "key" }>, people: PeopleStore): Promise<Place> {
  const { scope } = caller.key;
  const [organization, environment] = await Promise.all([
    people.readOrganization(scope.organizationId),
    people.readEnvironment(scope.environmentId),
  ]);
  if (!organization || !environment) throw nowhere();
  const membership = caller.memberships.find((each) => each.organization.id === scope.organizationId);
  return { organization, environment, scope, person: caller.person, membership };
}

/** Whether a caller may see a run: its starter, admins, programs of its environment. Nobody sees another's development. */
export function canSeeRun(
  caller: Caller,
  { scope, startedByUserId }: Pick<RunRecord, "scope" | "startedByUserId">,
): boolean {
  switch (caller.kind) {
    case "stranger":
      return false;
    case "key":
      return scopeKey(caller.key.scope) === scopeKey(scope);
    case "person": {
      const membership = caller.memberships.find(({ organization }) => organization.id === scope.organizationId);
      if (!membership) return false;
      if (scope.userId !== null) return scope.userId === caller.person.id && membership.role >= Role.DEVELOPER;
      return startedByUserId === caller.person.id || membership.role >= Role.ADMIN;
    }
    default:
      return caller satisfies never;
  }
}

/** Whether failures are shown with their stacks: to developers, admins and programs. */
export function canSeeStacks(caller: Caller, organizationId: string): boolean {
  if (caller.kind === "key") return true;
  if (caller.kind === "stranger") return false;
  const membership = caller.memberships.find(({ organization }) => organization.id === organizationId);
  return membership !== undefined && membership.role >= Role.DEVELOPER;
}

/** Whether a person may open an action or page: its own rule, else its nearest ancestor's, else everybody. */
export function canOpen(path: string, entries: ReadonlyMap<string, CatalogEntry>, place: Place): boolean {
  if (place.environment.personal) return true; // one's own
  if (!place.membership) return true; // a key of this very environment
  const teams = place.membership.teams;
  for (let at = path; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
    const access = entries.get(at)?.route?.access;
    if (access) return allows(access, teams);
  }
  return true;
}

function allows({ kind }: Access, teams: string[]): boolean {
  switch (kind.case) {
    case "entireOrganization":
      return true;
    case "teams":
      return kind.value.slugs.some((slug) => teams.includes(slug));
    case undefined: // newer than this server: nobody
      return false;
    default:
      return kind satisfies never;
  }
}

/** A scope as the key of maps. */
export function scopeKey({ organizationId, environmentId, userId }: Scope): string {
  return `${organizationId}/${environmentId}/${userId ?? ""}`;
}

/** A host's process within a scope, as the key of maps: an instance id alone is only what a program claims. */
export function instanceKey(scope: Scope, instanceId: string): string {
  return `${scopeKey(scope)}/${instanceId}`;
}

/** Whose a stream is, and what was opened over it: the session's or key's. */
export function ownerOf(caller: Caller): string {
  if (caller.kind === "stranger") return "";
  return caller.kind === "key" ? caller.key.id : caller.sessionId;
}

/** Whose account a request counts on: the person's, in all of their sessions, or the key's. */
export function accountOf(caller: Caller): string {
  if (caller.kind === "stranger") return "";
  return caller.kind === "key" ? caller.key.id : caller.person.id;
}

/** The caller as journals name them. */
export function actorOf(caller: Caller, organizationId: string): Actor {
  if (caller.kind === "stranger") throw new Error("A stranger acts on nothing.");
  if (caller.person) {
    const membership = caller.memberships.find(({ organization }) => organization.id === organizationId);
    return create(ActorSchema, { kind: { case: "user", value: userOf(caller.person, membership) } });
  }
  if (caller.kind === "person") throw new Error("A session without a person.");
  const { id, prefix } = caller.key;
  return create(ActorSchema, { kind: { case: "apiKey", value: { id, prefix } } });
}

/** The caller at a run: a person in a browser tab, or a key, which has none. */
export function seatOf(caller: Caller, organizationId: string, tabId: string): Driver {
  const actor = actorOf(caller, organizationId);
  return create(DriverSchema, { actor, tabId: caller.kind === "key" ? "" : tabId });
}

/** A person as programs and dashboards see them in an organization. */
export function userOf(person: PersonRecord, membership: MembershipRecord | undefined): User {
  return create(UserSchema, { ...person, role: membership?.role ?? Role.UNSPECIFIED, teams: membership?.teams ?? [] });
}
