import { durationMs } from "@bufbuild/protobuf/wkt";
import type { GetSessionResponse, OrganizationMembership, Profile, Run, User } from "@interval/proto";
import { Role } from "@interval/proto";
import { computed, type InjectionKey, inject, shallowReadonly, shallowRef } from "vue";
import type { Place } from "../lib/links.ts";
import type { Api } from "../transport.ts";

const lastPlaceName = "interval:place";
const lastReaderName = "interval:reader";

/** Who is signed in, and what they belong to. */
export type Session = ReturnType<typeof createSession>;

export const sessionKey: InjectionKey<Session> = Symbol("session");

/** Reads the session once and keeps it until it is told to forget. */
export function createSession(api: Api) {
  const current = shallowRef<GetSessionResponse>();
  let loading: Promise<GetSessionResponse> | undefined;

  async function load(): Promise<GetSessionResponse> {
    loading ??= api.sessions.getSession({}).then(
      (response) => {
        localStorage.setItem(lastReaderName, response.user?.id ?? "");
        current.value = response;
        return response;
      },
      (error: unknown) => {
        loading = undefined;
        throw error;
      },
    );
    return loading;
  }

  function forget(): void {
    localStorage.removeItem(lastReaderName);
    current.value = undefined;
    loading = undefined;
  }

  /** The person has changed what they have set for themselves, here or elsewhere. */
  function take({ user, colorScheme }: Profile): void {
    if (current.value && user) current.value = { ...current.value, user, colorScheme };
  }

  const organizations = computed<OrganizationMembership[]>(() => current.value?.organizations ?? []);

  /** The organization and environment of these slugs, when the person may use them. */
  function find({ organization, environment }: Place) {
    const member = organizations.value.find(({ slug }) => slug === organization);
    const found = member?.environments.find(({ slug }) => slug === environment);
    return member && found ? { organization: member, environment: found } : undefined;
  }

  return {
    current: shallowReadonly(current),
    user: computed<User | undefined>(() => current.value?.user),
    organizations,
    /** How long a run that is not durable or in the background goes on without a viewer, in milliseconds. */
    unwatchedRunMs: computed(() => {
      const unwatched = current.value?.unwatchedRunSpan;
      return unwatched && durationMs(unwatched);
    }),
    /** The id of who was signed in here last, and most likely still is; empty where nobody was. */
    lastReader: () => localStorage.getItem(lastReaderName) ?? "",
    load,
    forget,
    take,
    find,
    /** Where to begin: where the person was last, else their development environment. */
    firstPlace(): Place | undefined {
      const last = readPlace();
      if (last && find(last)) return last;
      const [first] = organizations.value;
      const environment = first?.environments.find(({ slug }) => slug === "development") ?? first?.environments[0];
      return first && environment && { organization: first.slug, environment: environment.slug };
    },
    /** Filters runs: those that the person has started. */
    own: () => ({ startedBy: current.value?.user?.id ?? "" }),
    /** Whether a run was started by the person. */
    isOwn({ startedBy }: Run): boolean {
      const { user } = current.value ?? {};
      return user !== undefined && startedBy?.kind.case === "user" && startedBy.kind.value.id === user.id;
    },
    /** Remembers where the person is for the next visit. */
    remember({ organization, environment }: Place): void {
      localStorage.setItem(lastPlaceName, `${organization}/${environment}`);
    },
    /** Whether the person may read what is meant for developers: stacks and hosts. */
    isDeveloper(organization: string): boolean {
      const role = organizations.value.find(({ slug }) => slug === organization)?.role ?? Role.UNSPECIFIED;
      return role >= Role.DEVELOPER;
    },
    /** Whether the person may see and set what stands behind an environment: its hosts and settings. */
    manages({ organization, environment }: Place): boolean {
      const role = organizations.value.find(({ slug }) => slug === organization)?.role ?? Role.UNSPECIFIED;
      return role >= (environment === "development" ? Role.DEVELOPER : Role.ADMIN);
    },
  };
}

/** The session that the application was given. */
export function useSession(): Session {
  const session = inject(sessionKey);
  if (!session) throw new Error("No session was provided: call app.provide(sessionKey, createSession(api)).");
  return session;
}

function readPlace(): Place | undefined {
  const [organization, environment] = localStorage.getItem(lastPlaceName)?.split("/") ?? [];
  return organization && environment ? { organization, environment } : undefined;
}
