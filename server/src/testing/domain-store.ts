import { openTemporaryStore } from "../store/sqlite/testing.ts";
import type { EnvironmentRecord, OrganizationRecord, Scope, Store } from "../store/store.ts";

/** A real store for tests of the domain, with an organization and its production environment. */
export interface DomainStore {
  store: Store;
  organization: OrganizationRecord;
  environment: EnvironmentRecord;
  scope: Scope;
  /** Makes a person and returns their id. */
  createPerson(email: string): Promise<string>;
  close(): Promise<void>;
}

export async function openDomainStore(): Promise<DomainStore> {
  const { store, createPerson, close } = await openTemporaryStore();
  const organization = await store.people.createOrganization({ slug: "main", name: "Main" });
  const environment = await store.people.findEnvironment(organization.id, "production");
  if (!environment) throw new Error("The organization has no production environment.");
  const scope = { organizationId: organization.id, environmentId: environment.id, userId: null };
  return { store, organization, environment, scope, createPerson, close };
}
