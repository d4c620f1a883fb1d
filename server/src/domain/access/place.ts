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
import type { Caller, KeyCaller } from "../../auth/identity.ts";
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
  /** Who runs that start here are started by: the person, or the program's key. */
  starterId: string;
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
  if (caller.kind !== "person") {
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
  return { organization, environment, scope, starterId: person.id, person, membership };
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
export async function placeOfKey(caller: KeyCaller, people: PeopleStore): Promise<Place> {
  const { scope } = caller.key;
  const [organization, environment] = await Promise.all([
    people.readOrganization(scope.organizationId),
    people.readEnvironment(scope.environmentId),
  ]);
  if (!organization || !environment) throw nowhere();
  const membership = caller.memberships.find((each) => each.organization.id === scope.organizationId);
  const starterId = caller.person?.id ?? caller.key.id;
  return { organization, environment, scope, starterId, person: caller.person, membership };
}

/**
 * Whether a caller may see a run: its starter and admins; in one's own development its person and their programs, and nobody else. Hosts see
 * the assets of their environment's runs, which is all that they ask for.
 */
export function canSeeRun(
  caller: Caller,
  { scope, startedByUserId }: Pick<RunRecord, "scope" | "startedByUserId">,
): boolean {
  switch (caller.kind) {
    case "stranger":
      return false;
    case "host":
      return scopeKey(caller.key.scope) === scopeKey(scope);
    case "program":
      if (scopeKey(caller.key.scope) !== scopeKey(scope)) return false;
      return scope.userId !== null || startedByUserId === caller.key.id;
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

/** Whether failures are shown with their stacks: to developers and admins, and to programs of a developer's own. */
export function canSeeStacks(caller: Caller, organizationId: string): boolean {
  if (caller.kind === "stranger") return false;
  const membership = caller.memberships.find(({ organization }) => organization.id === organizationId);
  return membership !== undefined && membership.role >= Role.DEVELOPER;
}

/** Whether somebody may open an action or page: by its own rule, else its nearest ancestor's, else everybody. A program is in no team. */
export function canOpen(path: string, entries: ReadonlyMap<string, CatalogEntry>, place: Place): boolean {
  if (place.environment.personal) return true; // one's own
  const teams = place.membership?.teams ?? [];
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
  return caller.kind === "person" ? caller.sessionId : caller.key.id;
}

/** Whose account a request counts on: the person's, in all of their sessions, or the key's. */
export function accountOf(caller: Caller): string {
  if (caller.kind === "stranger") return "";
  return caller.kind === "person" ? caller.person.id : caller.key.id;
}

/** The caller as journals name them. */
export function actorOf(caller: Caller, organizationId: string): Actor {
  if (caller.kind === "stranger" || caller.kind === "host") throw new Error(`A ${caller.kind} acts on no run.`);
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
  return create(DriverSchema, { actor, tabId: caller.kind === "person" ? tabId : "" });
}

/** A person as programs and dashboards see them in an organization. */
export function userOf(person: PersonRecord, membership: MembershipRecord | undefined): User {
  return create(UserSchema, { ...person, role: membership?.role ?? Role.UNSPECIFIED, teams: membership?.teams ?? [] });
}
