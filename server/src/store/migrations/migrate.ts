import { Migrator } from "kysely/migration";
import type { Db } from "../schema.ts";
import { up as first } from "./0001-first.ts";
import { up as assets } from "./0002-assets.ts";
import { up as epochs } from "./0003-epochs.ts";
import { up as retention } from "./0004-retention.ts";
import { up as settings } from "./0005-settings.ts";
import { up as profiles } from "./0006-profiles.ts";
import { up as runFilters } from "./0007-run-filters.ts";
import { up as removalAndQuotas } from "./0008-removal-and-quotas.ts";
import { up as smallLists } from "./0009-small-lists.ts";
import { up as keyKinds } from "./0010-key-kinds.ts";
import { up as signIn } from "./0011-sign-in.ts";

const migrations = {
  "0001-first": { up: first },
  "0002-assets": { up: assets },
  "0003-epochs": { up: epochs },
  "0004-retention": { up: retention },
  "0005-settings": { up: settings },
  "0006-profiles": { up: profiles },
  "0007-run-filters": { up: runFilters },
  "0008-removal-and-quotas": { up: removalAndQuotas },
  "0009-small-lists": { up: smallLists },
  "0010-key-kinds": { up: keyKinds },
  "0011-sign-in": { up: signIn },
};

/** Brings the tables up to date, in order, each migration once. */
export async function migrate(db: Db): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results } = await migrator.migrateToLatest();
  if (!error) return;
  const failed = results?.find(({ status }) => status === "Error")?.migrationName;
  throw new Error(`The migration ${failed ?? ""} of the database failed; nothing of it was kept.`, { cause: error });
}
