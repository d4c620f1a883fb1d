import { Command } from "commander";
import type { EnvironmentRecord, Store } from "../store/store.ts";
import { CommandError, findOrganization, withStore } from "./with-store.ts";

interface NewKey {
  environment: string;
  createEnvironment?: boolean;
  user: string;
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
    .requiredOption("--environment <slug>", "production, development or another")
    .option("--create-environment", "make the environment where it is missing")
    .option("--user <email>", "in development: the person whose key it is", "admin@localhost")
    .option("--label <text>", "what it is for", "")
    .option("--organization <slug>", "the organization", "main")
    .option("--data-dir <directory>", "the server's data directory")
    .action((options: NewKey) => withStore(options.dataDir, (store) => createKey(store, options)));
  return key;
}

async function createKey(store: Store, options: NewKey): Promise<void> {
  const organization = await findOrganization(store, options.organization);
  const environment = await findEnvironment(store, organization.id, options);
  const person = environment.personal ? await store.people.findPersonByEmail(options.user) : undefined;
  if (environment.personal && !person)
    throw new CommandError(`Nobody has the address ${options.user}. Name the key's person with --user.`);
  const userId = person?.id ?? null;
  const scope = { organizationId: organization.id, environmentId: environment.id, userId };
  const { key } = await store.keys.createKey({ scope, createdByUserId: userId, label: options.label });
  console.log(key);
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
