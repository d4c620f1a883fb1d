import { createHmac } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { limits, Role } from "@interval/proto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openTemporaryStore } from "../store/sqlite/testing.ts";
import type { OrganizationRecord, PersonRecord, Scope } from "../store/store.ts";
import { createIdentity, type Identity } from "./identity.ts";
import { readSecret } from "./secret-file.ts";

const publicUrl = "http://localhost:3000";
const password = "correct horse battery";
let peers = 0;

let opened: Awaited<ReturnType<typeof openTemporaryStore>>;
let identity: Identity;
let person: PersonRecord;
let organization: OrganizationRecord;
let peer: string;

beforeEach(async () => {
  opened = await openTemporaryStore();
  identity = open(publicUrl);
  organization = await opened.store.people.createOrganization({ slug: "acme", name: "Acme" });
  person = await identity.createPerson({ email: "Ann@Example.com", firstName: "Ann", lastName: "Lee", password });
  await member(Role.DEVELOPER);
  peer = `10.0.0.${++peers}`;
});
afterEach(async () => {
  vi.useRealTimers();
  await opened.close();
});

function open(url: string): Identity {
  const { attempts, db, people, keys } = opened.store;
  return createIdentity({ attempts, db, people, keys, secret: readSecret(opened.dataDir), publicUrl: url });
}

const member = (role: Role) =>
  opened.store.people.setMember({ organizationId: organization.id, userId: person.id, role });

function post(path: string, body: object, headers: Record<string, string> = {}, from = peer): Promise<Response> {
  const request = new Request(`${publicUrl}/api/auth${path}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", host: "localhost:3000", origin: publicUrl, ...headers },
  });
  return identity.handle(request, from);
}

async function newToken(): Promise<string> {
  const link = await identity.createSignInLink(person.id);
  expect(link).toMatch(/^http:\/\/localhost:3000\/sign-in#token=[\w-]{43}$/);
  return link.slice(link.indexOf("=") + 1);
}

/** The cookie that a response sets, as a browser sends it back. */
const cookieOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");

const withCookie = (cookie: string) => identity.identify(new Headers({ cookie }));
const withKey = (key: string) => identity.identify(new Headers({ authorization: `Bearer ${key}` }));

describe("sign-in link", () => {
  test("signs its person in, with a cookie that scripts and other sites cannot use", async () => {
    const response = await post("/sign-in/link", { token: await newToken() });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ok: true });
    const [cookie] = response.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    expect(cookie).not.toMatch(/Secure/i);
    expect(await withCookie(cookieOf(response))).toMatchObject({
      kind: "person",
      person: { email: "ann@example.com", firstName: "Ann" },
      memberships: [{ organization: { slug: "acme" }, role: Role.DEVELOPER }],
    });
  });

  test("works once, also for two at the same moment", async () => {
    const token = await newToken();
    const statuses = (await Promise.all([1, 2].map(() => post("/sign-in/link", { token })))).map(
      ({ status }) => status,
    );
    expect(statuses.sort()).toEqual([200, 401]);
    const again = await post("/sign-in/link", { token });
    expect(again.status).toBe(401);
    expect(await again.json()).toMatchObject({
      message: expect.stringMatching(/used already or is too old.*sign-in-link/),
    });
    expect(again.headers.getSetCookie()).toEqual([]);
  });

  test("is good for 15 minutes", async () => {
    const [early, late] = [await newToken(), await newToken()];
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + limits.signInLinkMs - 5_000 });
    expect((await post("/sign-in/link", { token: early })).status).toBe(200);
    vi.setSystemTime(Date.now() + 10_000);
    expect((await post("/sign-in/link", { token: late })).status).toBe(401);
  });

  test("is not stored as it is", async () => {
    const token = await newToken();
    const rows = await opened.store.db
      .selectFrom("verification" as never)
      .selectAll()
      .execute();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  test("over https the cookie is for https alone", async () => {
    identity = open("https://tools.example.com");
    const link = await identity.createSignInLink(person.id);
    const request = new Request("https://tools.example.com/api/auth/sign-in/link", {
      method: "POST",
      body: JSON.stringify({ token: link.split("=")[1] }),
      headers: { "content-type": "application/json", origin: "https://tools.example.com" },
    });
    const response = await identity.handle(request, peer);
    expect(response.headers.getSetCookie()[0]).toMatch(/^__Secure-interval.*Secure/i);
  });
});

describe("password", () => {
  const signIn = (more: object = {}, headers = {}, from = peer) =>
    post("/sign-in/email", { email: "ann@example.com", password, ...more }, headers, from);

  test("signs in, and out again at once", async () => {
    const cookie = cookieOf(await signIn());
    expect((await withCookie(cookie)).kind).toBe("person");
    expect((await post("/sign-out", {}, { cookie })).status).toBe(200);
    expect((await withCookie(cookie)).kind).toBe("stranger");
  });

  test("a wrong password and an unknown person are told alike", async () => {
    const wrong = await signIn({ password: "wrong password" });
    const unknown = await signIn({ email: "bob@example.com" });
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(await wrong.json()).toEqual(await unknown.json());
  });

  test("is stored by a slow hash with a salt of its own", async () => {
    await identity.createPerson({ email: "bob@example.com", firstName: "Bob", lastName: "", password });
    const rows = await opened.store.db
      .selectFrom("account" as never)
      .selectAll()
      .execute();
    const hashes = rows.map((row) => String((row as { password: string }).password));
    expect(new Set(hashes).size).toBe(2);
    expect(hashes.join()).not.toContain(password);
  });

  test("is throttled per account and address, whatever a client claims to be", async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) {
      const claims = { "x-forwarded-for": `1.2.3.${i}`, "x-interval-peer": `1.2.3.${i}` };
      statuses.push(
        (await signIn({ email: i % 2 ? "ANN@example.com" : "ann@example.com", password: "wrong password" }, claims))
          .status,
      );
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    const refused = await signIn();
    expect([refused.status, Number(refused.headers.get("retry-after"))]).toEqual([429, expect.closeTo(30, -1)]);
    expect(await refused.json()).toMatchObject({
      code: "TOO_MANY_ATTEMPTS",
      message: expect.stringContaining("sign-in-link"),
    });
    expect((await signIn({ email: "bob@example.com" })).status).toBe(401); // another account
    expect((await signIn({}, {}, "10.1.1.1")).status).toBe(200); // another address
  });

  test("is throttled per account for all addresses but those that its person has signed in from, and never for good", async () => {
    const home = "10.1.1.2";
    expect((await signIn({}, {}, home)).status).toBe(200);
    const { burst, everyMs } = limits.signIn.perAccount;
    const attack = async (email: string) => {
      const statuses: number[] = [];
      for (let i = 0; i < burst + 1; i++)
        statuses.push((await signIn({ email, password: "wrong password" }, {}, `10.2.0.${i}`)).status);
      return statuses;
    };
    const [real, unreal] = [await attack("ann@example.com"), await attack("bob@example.com")];
    expect(real.at(-1)).toBe(429);
    expect(unreal.filter((status) => status === 429)).not.toHaveLength(0);
    expect((await signIn({}, {}, "10.3.0.1")).status).toBe(429);
    expect((await signIn({}, {}, home)).status).toBe(200);
    expect((await post("/sign-in/link", { token: await newToken() }, {}, "10.3.0.1")).status).toBe(200);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + everyMs });
    expect((await signIn({}, {}, "10.3.0.1")).status).toBe(200);
  });

  test("is throttled per address for all accounts; an IPv6 network is one address", async () => {
    const { burst } = limits.signIn.perAddress;
    const statuses: number[] = [];
    const from = (i: number) => `2001:db8:0:1::${i.toString(16)}`;
    const attempts = Array.from({ length: burst + 1 }, (_, i) =>
      signIn({ email: `p${i}@example.com`, password: "wrong password" }, {}, from(i)),
    );
    for (const attempt of attempts) statuses.push((await attempt).status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
    expect((await signIn({}, {}, "2001:db8:0:2::1")).status).toBe(200);
  });

  test("takes as long, and says the same, where there is nobody, or somebody without a password", async () => {
    await identity.createPerson({ email: "link@example.com", firstName: "Link", lastName: "" });
    const attempt = async (email: string, from: string) => {
      const began = performance.now();
      const response = await signIn({ email, password: "wrong password" }, {}, from);
      return {
        said: [response.status, await response.text(), [...response.headers.keys()].sort()],
        ms: performance.now() - began,
      };
    };
    const fastest = {
      wrong: Number.POSITIVE_INFINITY,
      nobody: Number.POSITIVE_INFINITY,
      link: Number.POSITIVE_INFINITY,
    };
    for (let i = 0; i < 4; i++) {
      const from = `10.4.0.${i}`;
      const wrong = await attempt("ann@example.com", from);
      const nobody = await attempt("bob@example.com", from);
      const link = await attempt("link@example.com", from);
      expect([nobody.said, link.said]).toEqual([wrong.said, wrong.said]);
      fastest.wrong = Math.min(fastest.wrong, wrong.ms);
      fastest.nobody = Math.min(fastest.nobody, nobody.ms);
      fastest.link = Math.min(fastest.link, link.ms);
    }
    for (const ms of [fastest.nobody, fastest.link]) expect(ms).toBeGreaterThan(fastest.wrong / 3);
  });

  test("is read as JSON alone, so that the throttle and the library mean the same account", async () => {
    const form = new Request(`${publicUrl}/api/auth/sign-in/email`, {
      method: "POST",
      body: new URLSearchParams({ email: "ann@example.com", password }),
      headers: { origin: publicUrl },
    });
    expect((await identity.handle(form, peer)).status).toBe(415);
    const twice = new Request(`${publicUrl}/api/auth/sign-in/email`, {
      method: "POST",
      body: `{"email":"bob@example.com","email":"ann@example.com","password":"${password}"}`,
      headers: { "content-type": "application/json", origin: publicUrl },
    });
    expect((await identity.handle(twice, peer)).status).toBe(200);
  });

  test("that is set again ends the sessions of before, and is the one that counts", async () => {
    const cookie = cookieOf(await signIn());
    await identity.setPassword(person.id, "another battery");
    expect((await withCookie(cookie)).kind).toBe("stranger");
    expect((await signIn()).status).toBe(401);
    expect((await signIn({ password: "another battery" })).status).toBe(200);
    const link = await identity.createPerson({ email: "link@example.com", firstName: "Link", lastName: "" });
    await identity.setPassword(link.id, "another battery");
    expect((await signIn({ email: "link@example.com", password: "another battery" })).status).toBe(200);
  });

  test("nobody registers", async () => {
    const response = await post("/sign-up/email", { email: "eve@example.com", password, name: "Eve" });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await opened.store.people.countPeople()).toBe(1);
  });

  test("a page of another site uses no cookie and leads nowhere else", async () => {
    const cookie = cookieOf(await signIn());
    const foreign = { cookie, origin: "https://evil.example.com" };
    expect((await post("/sign-out", {}, foreign)).status).toBe(403);
    expect((await withCookie(cookie)).kind).toBe("person");
    expect((await signIn({ callbackURL: "https://evil.example.com/" })).status).toBe(403);
  });
});

describe("a session", () => {
  const sessions = () =>
    opened.store.db
      .selectFrom("session" as never)
      .selectAll()
      .execute() as unknown as Promise<Array<{ token: string; expiresAt: string }>>;

  test.each(["/sign-in/link", "/sign-in/email", "/sign-out"])(
    "is not told of by %s, but in its cookie",
    async (path) => {
      const cookie = cookieOf(await post("/sign-in/link", { token: await newToken() }));
      const body = path === "/sign-in/link" ? { token: await newToken() } : { email: "ann@example.com", password };
      const response = await post(path, body, { cookie }, peer);
      expect([response.status, await response.text()]).toEqual([200, '{"ok":true}']);
      expect(new Set(response.headers.keys())).toEqual(new Set(["content-type", "set-cookie"]));
    },
  );

  test("is stored by the hash of its token: what is stored opens nothing", async () => {
    const cookie = cookieOf(await post("/sign-in/link", { token: await newToken() }));
    const [stored, ...others] = await sessions();
    expect(others).toEqual([]);
    const [name = "", value = ""] = cookie.split("=");
    const token = decodeURIComponent(value).split(".")[0] ?? "";
    expect(token).toHaveLength(32);
    expect(JSON.stringify(stored)).not.toContain(token);
    // Even signed with the server's own secret, what is stored is no token.
    const signature = createHmac("sha256", readSecret(opened.dataDir))
      .update(stored?.token ?? "")
      .digest("base64");
    const forged = `${name}=${encodeURIComponent(`${stored?.token}.${signature}`)}`;
    const genuine = createHmac("sha256", readSecret(opened.dataDir)).update(token).digest("base64");
    expect(decodeURIComponent(value)).toBe(`${token}.${genuine}`);
    expect((await withCookie(forged)).kind).toBe("stranger");
    expect((await withCookie(cookie)).kind).toBe("person");
  });

  test("goes on while it is used, and ends when it is not", async () => {
    const cookie = cookieOf(await post("/sign-in/link", { token: await newToken() }));
    const day = 24 * 60 * 60 * 1000;
    const [before] = await sessions();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 20 * day });
    expect((await identity.identify(new Headers({ cookie }), { fresh: true })).kind).toBe("person");
    const [after] = await sessions();
    expect(after?.token).toBe(before?.token);
    expect(Date.parse(after?.expiresAt ?? "") - Date.parse(before?.expiresAt ?? "")).toBeGreaterThan(19 * day);
    vi.setSystemTime(Date.now() + 20 * day);
    expect((await identity.identify(new Headers({ cookie }), { fresh: true })).kind).toBe("person");
    vi.setSystemTime(Date.now() + 31 * day);
    expect((await identity.identify(new Headers({ cookie }), { fresh: true })).kind).toBe("stranger");
  });
});

describe("keys", () => {
  const scopeOf = async (slug: string, userId: string | null): Promise<Scope> => {
    const environment = await opened.store.people.findEnvironment(organization.id, slug);
    return { organizationId: organization.id, environmentId: environment?.id ?? "", userId };
  };
  const newKey = async (slug: string, userId: string | null) =>
    opened.store.keys.createKey({
      kind: "host",
      scope: await scopeOf(slug, userId),
      createdByUserId: person.id,
      label: "",
    });

  test("a shared key is a host", async () => {
    const { key, record } = await newKey("production", null);
    const { createdAt: _made, lastUsedAt: _used, ...own } = record; // what lists of keys show
    expect(await withKey(key)).toEqual({ kind: "host", key: own, person: undefined, memberships: [] });
  });

  test("a personal key is its person, as long as that person is a developer here", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const { key } = await newKey("development", person.id);
    expect(await withKey(key)).toMatchObject({ kind: "host", person: { id: person.id } });
    await member(Role.MEMBER);
    vi.advanceTimersByTime(6_000);
    expect((await withKey(key)).kind).toBe("stranger");
  });

  test("a revoked key is noticed within two seconds, and at once by a stream", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const { key, record } = await newKey("production", null);
    await withKey(key);
    await opened.store.keys.revokeKey(record.id);
    const headers = new Headers({ authorization: `Bearer ${key}` });
    expect((await identity.identify(headers)).kind).toBe("host");
    expect((await identity.identify(headers, { fresh: true })).kind).toBe("stranger");
    vi.advanceTimersByTime(2_001);
    expect((await withKey(key)).kind).toBe("stranger");
  });

  test("looking up a caller again costs no read", async () => {
    const { key } = await newKey("production", null);
    const first = identity.identify(new Headers({ authorization: `Bearer ${key}` }));
    expect(identity.identify(new Headers({ authorization: `Bearer ${key}` }))).toBe(first);
  });

  test.each(["Bearer nonsense", "Bearer ", "Basic YTpi", ""])("%j is a stranger", async (authorization) => {
    const cookie = cookieOf(await post("/sign-in/link", { token: await newToken() }));
    const headers = new Headers(authorization ? { authorization, cookie } : {});
    expect(await identity.identify(headers)).toEqual({ kind: "stranger" });
  });

  test("a cookie that we did not sign is a stranger", async () => {
    expect(await withCookie("interval.session_token=abc.def")).toEqual({ kind: "stranger" });
  });
});

test("the secret is made once, for its owner's eyes", async () => {
  expect(readSecret(opened.dataDir)).toBe(readSecret(opened.dataDir));
  expect((await stat(join(opened.dataDir, "session.secret"))).mode & 0o777).toBe(0o600);
});
