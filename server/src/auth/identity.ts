import { limits, Role } from "@interval/proto";
import type { Db } from "../store/schema.ts";
import type {
  AttemptStore,
  KeyKind,
  KeyRecord,
  KeyStore,
  MembershipRecord,
  PeopleStore,
  PersonRecord,
} from "../store/store.ts";
import { createAuth, peerHeader } from "./better-auth.ts";
import { answerAuth } from "./sign-in.ts";
import { createSignInToken } from "./sign-in-link.ts";
import { SignInThrottle } from "./sign-in-throttle.ts";
import { Turns } from "./turns.ts";

/** Who makes a request. */
export type Caller =
  | { kind: "stranger" }
  /** A person in a browser. */
  | { kind: "person"; person: PersonRecord; memberships: MembershipRecord[]; sessionId: string }
  /** A host, which only attaches, or a program, which runs actions: by the kind of its key. */
  | KeyCaller;

/** Who calls with a key; the person is set for a personal development key. */
export interface KeyCaller {
  kind: KeyKind;
  key: KeyRecord;
  person: PersonRecord | undefined;
  memberships: MembershipRecord[];
}

/** A person to be made. */
interface NewPerson {
  email: string;
  firstName: string;
  lastName: string;
  /** Unset for people who sign in by links alone. */
  password?: string;
}

/** Who people are, and how they prove it. */
export interface Identity {
  /**
   * Reads the caller from a session cookie or an API key. What was revoked is noticed within 2 s.
   *
   * @param fresh looks the caller up even if that was done a moment ago
   */
  identify(headers: Headers, options?: { fresh?: boolean }): Promise<Caller>;
  /**
   * Serves `/api/auth/*`.
   *
   * @param peer the address that the request comes from, by which attempts are counted
   */
  handle(request: Request, peer?: string): Promise<Response>;
  /** An address that signs a person in once, within 15 minutes. */
  createSignInLink(userId: string): Promise<string>;
  createPerson(person: NewPerson): Promise<PersonRecord>;
  /** Sets a person's password, and ends all their sessions. */
  setPassword(userId: string, password: string): Promise<void>;
  /** Ends all sessions of a person. */
  endSessions(userId: string): Promise<void>;
  /** Reads callers anew from now on: something about a person was changed. */
  forget(): void;
}

/** Looking a caller up costs two reads; an operator who answers call after call should not pay them each time. */
const rememberedMs = 2_000;
const stranger: Caller = { kind: "stranger" };

export function createIdentity(options: {
  db: Db;
  people: PeopleStore;
  keys: KeyStore;
  attempts: AttemptStore;
  secret: string;
  publicUrl: string;
}): Identity {
  const { people, keys, publicUrl } = options;
  const auth = createAuth(options);
  const throttle = new SignInThrottle(options.attempts, options.secret);
  const hashing = new Turns(limits.signIn.hashing);
  const remembered = new Map<string, { caller: Promise<Caller>; until: number }>();

  const byKey = async (key: string): Promise<Caller> => {
    const record = await keys.findKey(key);
    if (!record) return stranger;
    const { kind, scope } = record;
    const { userId } = scope;
    if (userId === null) return { kind, key: record, person: undefined, memberships: [] };
    const [person, memberships] = await Promise.all([people.readPerson(userId), people.listMemberships(userId)]);
    // A personal key is worth what its person is worth.
    const belongs = memberships.some(
      ({ organization, role }) => organization.id === scope.organizationId && role >= Role.DEVELOPER,
    );
    return person && belongs ? { kind, key: record, person, memberships } : stranger;
  };
  const bySession = async (headers: Headers): Promise<Caller> => {
    const session = await auth.api.getSession({ headers });
    const person = session && (await people.readPerson(session.user.id));
    if (!session || !person) return stranger;
    const memberships = await people.listMemberships(person.id);
    return { kind: "person", person, memberships, sessionId: session.session.id };
  };

  const setPassword = async (userId: string, password: string): Promise<void> => {
    const { internalAdapter, password: hasher } = await auth.$context;
    const hash = await hasher.hash(password);
    const accounts = await internalAdapter.findAccounts(userId);
    if (accounts.some(({ providerId }) => providerId === "credential")) {
      await internalAdapter.updatePassword(userId, hash);
    } else {
      const account = { userId, accountId: userId, providerId: "credential" };
      await internalAdapter.linkAccount({ ...account, password: hash });
    }
  };
  const endSessions = async (userId: string): Promise<void> => {
    const { internalAdapter } = await auth.$context;
    await internalAdapter.deleteUserSessions(userId);
    remembered.clear();
  };

  return {
    endSessions,
    async setPassword(userId, password) {
      await setPassword(userId, password);
      await endSessions(userId);
    },

    identify(headers, { fresh = false } = {}) {
      const authorization = headers.get("authorization");
      const key = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
      const proof = key ?? headers.get("cookie");
      if (!proof || (authorization && !key)) return Promise.resolve(stranger);
      const now = performance.now();
      const known = remembered.get(proof);
      if (!fresh && known && known.until > now) return known.caller;
      if (remembered.size > 10_000) remembered.clear();
      const caller = key ? byKey(key) : bySession(headers);
      remembered.set(proof, { caller, until: now + rememberedMs });
      // Strangers are not remembered: anybody can be one under any name, and a key that was just made works at once.
      const forget = () => remembered.delete(proof);
      caller.then(({ kind }) => kind === "stranger" && forget(), forget);
      return caller;
    },

    async handle(request, peer = "") {
      const headers = new Headers(request.headers);
      headers.delete(peerHeader);
      if (peer) headers.set(peerHeader, peer);
      const response = await answerAuth(new Request(request, { headers }), peer, {
        library: auth.handler,
        throttle,
        hashing,
      });
      if (response.ok && request.method !== "GET") remembered.clear(); // somebody signed in or out
      return response;
    },

    forget: () => remembered.clear(),

    async createSignInLink(userId) {
      const { internalAdapter } = await auth.$context;
      return `${publicUrl}/sign-in#token=${await createSignInToken(internalAdapter, userId)}`;
    },

    async createPerson({ email, firstName, lastName, password }) {
      const { internalAdapter } = await auth.$context;
      const name = `${firstName} ${lastName}`.trim() || email;
      // Who has set no language and time zone has those of the browser.
      const details = { firstName, lastName, timeZone: "", locale: "", emailVerified: true };
      const user = await internalAdapter.createUser(
        { email: email.toLowerCase(), name, ...details },
        { method: "admin" },
      );
      if (password) await setPassword(user.id, password);
      const person = await people.readPerson(user.id);
      if (!person) throw new Error(`${email} was not made.`);
      return person;
    },
  };
}
