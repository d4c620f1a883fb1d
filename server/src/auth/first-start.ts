import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Role } from "@interval/proto";
import type { PersonRecord, Store } from "../store/store.ts";
import type { Identity } from "./identity.ts";

/** The organization that the first start makes. */
const firstOrganization = { slug: "main", name: "Main" };
/** The owner that the first start makes. */
export const firstAdmin = { email: "admin@localhost", firstName: "Admin", lastName: "" };

/**
 * Makes what a new server needs: an organization with its environments, an owner who signs in by a link, and the owner's personal
 * development key in a file of the data directory that only its owner can read. What exists is left alone.
 *
 * @returns the owner, unless somebody else has taken over
 */
export async function prepareFirstStart(
  store: Store,
  identity: Identity,
  dataDir: string,
): Promise<PersonRecord | undefined> {
  const { people, keys } = store;
  const organization = (await people.findOrganization(firstOrganization.slug)) ?? (await makeFirst());
  async function makeFirst() {
    if ((await people.listOrganizations()).length > 0) return undefined;
    return people.createOrganization(firstOrganization);
  }
  if (!organization) return undefined;
  const first = (await people.countPeople()) === 0;
  if (first) {
    const person = await identity.createPerson(firstAdmin);
    await people.setMember({ organizationId: organization.id, userId: person.id, role: Role.OWNER });
  }
  const person = await people.findPersonByEmail(firstAdmin.email);
  const file = join(dataDir, "development.key");
  if (person && (first || !existsSync(file))) {
    const environment = await people.findEnvironment(organization.id, "development");
    if (!environment) throw new Error("The organization has no development environment.");
    const scope = { organizationId: organization.id, environmentId: environment.id, userId: person.id };
    const { key } = await keys.createKey({ scope, createdByUserId: person.id, label: "First start" });
    rmSync(file, { force: true }); // one of an earlier database
    writeFileSync(file, `${key}\n`, { mode: 0o600 });
  }
  return person;
}
