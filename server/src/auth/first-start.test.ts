import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Role } from "@interval/proto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openTemporaryStore } from "../store/sqlite/testing.ts";
import { firstAdmin, prepareFirstStart } from "./first-start.ts";
import { createIdentity, type Identity } from "./identity.ts";

let opened: Awaited<ReturnType<typeof openTemporaryStore>>;
let identity: Identity;
let keyFile: string;
beforeEach(async () => {
  opened = await openTemporaryStore();
  const { attempts, db, people, keys } = opened.store;
  identity = createIdentity({ attempts, db, people, keys, secret: "x".repeat(43), publicUrl: "http://localhost:3000" });
  keyFile = join(opened.dataDir, "development.key");
});
afterEach(() => opened.close());

const prepare = () => prepareFirstStart(opened.store, identity, opened.dataDir);
const callerOfFile = async () =>
  identity.identify(new Headers({ authorization: `Bearer ${(await readFile(keyFile, "utf8")).trim()}` }));

test("a new server has an organization, its owner and the owner's key", async () => {
  const admin = await prepare();
  expect(admin?.email).toBe("admin@localhost");
  expect(await callerOfFile()).toMatchObject({
    kind: "host",
    person: { id: admin?.id },
    memberships: [{ organization: { slug: "main", name: "Main" }, role: Role.OWNER }],
  });
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
});

test("a second start changes nothing", async () => {
  const admin = await prepare();
  const key = await readFile(keyFile, "utf8");
  expect(await prepare()).toEqual(admin);
  expect(await readFile(keyFile, "utf8")).toBe(key);
  expect(await opened.store.people.listOrganizations()).toHaveLength(1);
});

test("a key file that is gone is made anew, and one of an earlier database is replaced", async () => {
  await writeFile(keyFile, "dev_old\n", { mode: 0o644 });
  await prepare();
  expect((await callerOfFile()).kind).toBe("host");
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  await rm(keyFile);
  await prepare();
  expect((await callerOfFile()).kind).toBe("host");
});

test("a start that was cut off after it had made the person is finished by the next one", async () => {
  await opened.store.people.createOrganization({ slug: "main", name: "Main" });
  const { id } = await identity.createPerson(firstAdmin);
  await prepare();
  expect(await callerOfFile()).toMatchObject({ person: { id }, memberships: [{ role: Role.OWNER }] });
});

test("a first person who was put out of the organization does not come back with a start", async () => {
  const admin = await prepare();
  await identity.createPerson({ email: "ann@example.com", firstName: "Ann", lastName: "Lee" });
  await opened.store.db.deleteFrom("member").execute();
  await prepare();
  expect(await opened.store.people.listMemberships(admin?.id ?? "")).toEqual([]);
});

test("a server that others have set up is left alone", async () => {
  await opened.store.people.createOrganization({ slug: "acme", name: "Acme" });
  expect(await prepare()).toBeUndefined();
  expect(await opened.store.people.countPeople()).toBe(0);
});
