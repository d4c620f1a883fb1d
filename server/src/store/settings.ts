import type { Db } from "./schema.ts";
import type { SettingStore } from "./store.ts";

/** Settings of actions, in any database that Kysely speaks to. */
export function settingStore(db: Db): SettingStore {
  return {
    async listActionSettings() {
      const rows = await db.selectFrom("action_setting").selectAll().execute();
      return rows.map(({ organization_id, environment_id, scope_user_id, path, archived }) => ({
        scope: { organizationId: organization_id, environmentId: environment_id, userId: scope_user_id || null },
        path,
        archived: archived === 1,
      }));
    },

    async writeActionSetting({ scope, path, archived }) {
      const set = { archived: archived ? 1 : 0, updated_at: Date.now() };
      await db
        .insertInto("action_setting")
        .values({
          organization_id: scope.organizationId,
          environment_id: scope.environmentId,
          scope_user_id: scope.userId ?? "",
          path,
          ...set,
        })
        .onConflict((conflict) => conflict.columns(["environment_id", "scope_user_id", "path"]).doUpdateSet(set))
        .execute();
    },
  };
}
