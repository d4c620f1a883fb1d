import type { EnvironmentRecord, Store } from "../store/store.ts";
import { CommandError } from "./with-store.ts";

/** The environment that was named; it is made where that was asked for. */
export async function findEnvironment(
  { people }: Store,
  organizationId: string,
  options: { environment: string; createEnvironment?: boolean },
): Promise<EnvironmentRecord> {
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
    `There is no environment "${slug}". There is: ${known.join(", ")}. A key is made for a new one with --create-environment.`,
  );
}
