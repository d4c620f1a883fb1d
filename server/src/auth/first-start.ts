import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Role } from "@interval/proto";
import type { PersonRecord, Store } from "../store/store.ts";
import type { Identity } from "./identity.ts";
import { writePrivateFile } from "./private-file.ts";

/** The organization that the first start makes. */
const firstOrganization = { slug: "main", name: "Main" };
/** The owner that the first start makes. */
export const firstAdmin = { email: "admin@localhost", firstName: "Admin", lastName: "" };

/**
 * Makes what a new server needs: an organization with its environments, an owner who signs in by a link, and the owner's personal
 * development key in a file of the data directory that only its owner can read. What exists is left alone, and what an earlier start did
 * not come to is done.
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
  const file = join(dataDir, "development.key");
  if ((await people.countPeople()) === 0) {
    rmSync(file, { force: true }); // one of an earlier database
    await identity.createPerson(firstAdmin);
  }
  const person = await people.findPersonByEmail(firstAdmin.email);
  // The first and only person: a start that was cut off may not have made them the owner.
  if (person && (await people.countPeople()) === 1 && (await people.listMemberships(person.id)).length === 0) {
    await people.setMember({ organizationId: organization.id, userId: person.id, role: Role.OWNER });
  }
  if (person && !existsSync(file)) {
    const environment = await people.findEnvironment(organization.id, "development");
    if (!environment) throw new Error("The organization has no development environment.");
    const scope = { organizationId: organization.id, environmentId: environment.id, userId: person.id };
    const { key } = await keys.createKey({ kind: "host", scope, createdByUserId: person.id, label: "First start" });
    writePrivateFile(file, `${key}\n`, { replace: true });
  }
  return person;
}
