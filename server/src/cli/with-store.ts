import { prepareFirstStart } from "../auth/first-start.ts";
import { createIdentity, type Identity } from "../auth/identity.ts";
import { readSecret } from "../auth/secret-file.ts";
import { configFromEnvironment } from "../main.ts";
import { openSqliteStore } from "../store/sqlite/open.ts";
import type { OrganizationRecord, Store } from "../store/store.ts";

/** A fault of what was typed: its message is all that is printed. */
export class CommandError extends Error {
  override name = "CommandError";
}

/** Opens the data directory beside a server that may run on it, does something, and closes it. */
export async function withStore<T>(
  dataDir: string | undefined,
  work: (store: Store, identity: Identity) => Promise<T>,
): Promise<T> {
  const config = configFromEnvironment({ INTERVAL_DATA_DIR: dataDir });
  const store = await openSqliteStore(config.dataDir, { shared: true });
  try {
    const publicUrl = config.publicUrl ?? `http://localhost:${config.port}`;
    const identity = createIdentity({ ...store, secret: readSecret(config.dataDir), publicUrl });
    await prepareFirstStart(store, identity, config.dataDir);
    return await work(store, identity);
  } finally {
    await store.close();
  }
}

/** The organization that was named; there is one unless more were made. */
export async function findOrganization({ people }: Pick<Store, "people">, slug: string): Promise<OrganizationRecord> {
  const organization = await people.findOrganization(slug);
  if (organization) return organization;
  const known = (await people.listOrganizations()).map((each) => each.slug);
  throw new CommandError(`There is no organization "${slug}". There is: ${known.join(", ") || "none"}.`);
}
