import type { Command } from "commander";
import type { Store } from "../store/store.ts";
import { findEnvironment } from "./find-environment.ts";
import { printDone, printRows } from "./print.ts";
import { CommandError, findOrganization, withStore } from "./with-store.ts";

interface Options {
  environment?: string;
  json?: boolean;
  organization: string;
  dataDir?: string;
}

/** Adds `interval key list | revoke`. */
export function addKeyAdministration(key: Command): void {
  const list = key
    .command("list")
    .description("List the keys that are not revoked, of all environments and people.")
    .option("--environment <slug>", "only those of one environment")
    .action((options: Options) => withStore(options.dataDir, (store) => listKeys(store, options)));
  const revoke = key
    .command("revoke")
    .description("Revoke a key for good. Hosts and programs that use it are cut off within seconds.")
    .argument("<key>", "its id or its prefix, as `interval key list` shows them")
    .action((name: string, options: Options) => withStore(options.dataDir, (store) => revokeKey(store, name, options)));
  for (const command of [list, revoke]) {
    command
      .option("--json", "print JSON")
      .option("--organization <slug>", "the organization", "main")
      .option("--data-dir <directory>", "the server's data directory");
  }
}

/** The keys of an organization as people read them. */
async function readKeys({ people, keys }: Store, organizationId: string) {
  const [records, environments] = await Promise.all([
    keys.listKeysOf(organizationId),
    people.listEnvironments(organizationId),
  ]);
  const slugs = new Map(environments.map(({ id, slug }) => [id, slug]));
  const rows = records.map(async ({ id, prefix, kind, label, scope, createdAt, lastUsedAt }) => ({
    id,
    prefix,
    kind,
    environment: slugs.get(scope.environmentId) ?? "",
    user: scope.userId === null ? null : ((await people.readPerson(scope.userId))?.email ?? null),
    label,
    created: new Date(createdAt).toISOString(),
    lastUsed: lastUsedAt === null ? null : new Date(lastUsedAt).toISOString(),
  }));
  return Promise.all(rows);
}

async function listKeys(store: Store, { organization, environment, json }: Options): Promise<void> {
  const { id } = await findOrganization(store, organization);
  if (environment !== undefined) await findEnvironment(store, id, { environment });
  const keys = await readKeys(store, id);
  const wanted = keys.filter((key) => environment === undefined || key.environment === environment);
  printRows(wanted, json, "There is no key.");
}

async function revokeKey(store: Store, name: string, { organization, json }: Options): Promise<void> {
  const { id: organizationId } = await findOrganization(store, organization);
  const found = (await readKeys(store, organizationId)).filter(({ id, prefix }) => id === name || prefix === name);
  const [key] = found;
  if (!key) throw new CommandError(`There is no key "${name}" in ${organization}. See: interval key list`);
  if (found.length > 1) throw new CommandError(`${found.length} keys begin with ${name}. Name one by its id.`);
  await store.keys.revokeKey(key.id);
  const of = key.user ? `${key.environment} of ${key.user}` : key.environment;
  const text = `Revoked ${key.prefix}, a key of ${of} for a ${key.kind}. What uses it is cut off within 5 seconds.`;
  printDone(key, json, text);
}
