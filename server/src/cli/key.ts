import { Role } from "@interval/proto";
import { Command, Option } from "commander";
import { firstAdmin } from "../auth/first-start.ts";
import type { EnvironmentRecord, KeyKind, OrganizationRecord, Store } from "../store/store.ts";
import { findEnvironment } from "./find-environment.ts";
import { addKeyAdministration } from "./key-administration.ts";
import { CommandError, findOrganization, withStore } from "./with-store.ts";

interface NewKey {
  environment: string;
  kind: KeyKind;
  createEnvironment?: boolean;
  user?: string;
  label: string;
  organization: string;
  dataDir?: string;
}

/** `interval key create | list | revoke`. */
export function keyCommand(): Command {
  const key = new Command("key").description("Make, list and revoke API keys of hosts and programs.");
  key
    .command("create")
    .description("Make a key, and print it. It is shown this once.")
    .option("--environment <slug>", "production, development or another", "development")
    .addOption(
      new Option("--kind <kind>", "a host's key attaches hosts; a program's runs actions")
        .choices(["host", "program"])
        .default("host"),
    )
    .option("--create-environment", "make the environment where it is missing")
    .option("--user <email>", `in development: the person whose key it is (default: "${firstAdmin.email}")`)
    .option("--label <text>", "what it is for", "")
    .option("--organization <slug>", "the organization", "main")
    .option("--data-dir <directory>", "the server's data directory")
    .action((options: NewKey) => withStore(options.dataDir, (store) => createKey(store, options)));
  addKeyAdministration(key);
  return key;
}

async function createKey(store: Store, options: NewKey): Promise<void> {
  const organization = await findOrganization(store, options.organization);
  const environment = await findEnvironment(store, organization.id, options);
  const userId = await findDeveloper(store, organization, environment, options.user);
  const scope = { organizationId: organization.id, environmentId: environment.id, userId };
  const { key } = await store.keys.createKey({
    kind: options.kind,
    scope,
    createdByUserId: userId,
    label: options.label,
  });
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
