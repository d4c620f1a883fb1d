import { Role } from "@interval/proto";
import { Command } from "commander";
import { firstAdmin } from "../auth/first-start.ts";
import type { EnvironmentRecord, OrganizationRecord, Store } from "../store/store.ts";
import { CommandError, findOrganization, withStore } from "./with-store.ts";

interface NewKey {
  environment: string;
  createEnvironment?: boolean;
  user?: string;
  label: string;
  organization: string;
  dataDir?: string;
}

/** `interval key create`. */
export function keyCommand(): Command {
  const key = new Command("key").description("Make API keys for hosts and programs.");
  key
    .command("create")
    .description("Make a key, and print it. It is shown this once.")
    .option("--environment <slug>", "production, development or another", "development")
    .option("--create-environment", "make the environment where it is missing")
    .option("--user <email>", `in development: the person whose key it is (default: "${firstAdmin.email}")`)
    .option("--label <text>", "what it is for", "")
    .option("--organization <slug>", "the organization", "main")
    .option("--data-dir <directory>", "the server's data directory")
    .action((options: NewKey) => withStore(options.dataDir, (store) => createKey(store, options)));
  return key;
}

async function createKey(store: Store, options: NewKey): Promise<void> {
  const organization = await findOrganization(store, options.organization);
  const environment = await findEnvironment(store, organization.id, options);
  const userId = await findDeveloper(store, organization, environment, options.user);
  const scope = { organizationId: organization.id, environmentId: environment.id, userId };
  const { key } = await store.keys.createKey({ scope, createdByUserId: userId, label: options.label });
  console.log(key);
}

/** The id of the person whose environment it is; null for one that everybody shares. */
async function findDeveloper(
  { people }: Store,
  organization: OrganizationRecord,
  environment: EnvironmentRecord,
  email: string | undefined,
): Promise<string | null> {
  if (!environment.personal) {
    if (email === undefined) return null;
    throw new CommandError(`Everybody shares ${environment.slug}: leave out --user, or make a key for development.`);
  }
  const person = await people.findPersonByEmail(email ?? firstAdmin.email);
  if (!person)
    throw new CommandError(`Nobody has the address ${email ?? firstAdmin.email}. Name the key's person with --user.`);
  const memberships = await people.listMemberships(person.id);
  const role = memberships.find((membership) => membership.organization.id === organization.id)?.role;
  if (role !== undefined && role >= Role.DEVELOPER) return person.id;
  throw new CommandError(
    `${person.email} is not a developer of ${organization.name}, so such a key would open nothing. Name another person with --user.`,
  );
}

async function findEnvironment({ people }: Store, organizationId: string, options: NewKey): Promise<EnvironmentRecord> {
  const { environment: slug, createEnvironment } = options;
  const found = await people.findEnvironment(organizationId, slug);
  if (found) return found;
  if (createEnvironment) {
    if (!/^[a-z0-9][a-z0-9-]*$/.test(slug))
      throw new CommandError(`"${slug}" is not a slug: use lower-case letters, digits and "-".`);
    return people.createEnvironment({ organizationId, slug, name: slug.charAt(0).toUpperCase() + slug.slice(1) });
  }
  const known = (await people.listEnvironments(organizationId)).map((each) => each.slug);
  throw new CommandError(
    `There is no environment "${slug}". There is: ${known.join(", ")}. To make it, add --create-environment.`,
  );
}
