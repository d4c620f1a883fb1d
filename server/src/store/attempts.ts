import type { Db } from "./schema.ts";
import type { AttemptStore } from "./store.ts";

/** Attempts at something, in any database that Kysely speaks to. Of each key it keeps the time until which it is used up. */
export function attemptStore(db: Db): AttemptStore {
  const write = (to: Db, id: string, until: number) =>
    to
      .insertInto("sign_in_mark")
      .values({ id, until })
      .onConflict((conflict) => conflict.column("id").doUpdateSet({ until }))
      .execute();
  return {
    take: (allowances) =>
      db.transaction().execute(async (transaction) => {
        const now = Date.now();
        const ids = allowances.map(({ id }) => id);
        const rows = await transaction.selectFrom("sign_in_mark").selectAll().where("id", "in", ids).execute();
        const used = new Map(rows.map(({ id, until }) => [id, until]));
        const next = allowances.map(({ id, burst, everyMs }) => {
          const until = Math.max(now, used.get(id) ?? 0) + everyMs;
          return { id, until, waitMs: until - burst * everyMs - now };
        });
        const waitMs = Math.max(...next.map((each) => each.waitMs));
        if (waitMs > 0) return waitMs;
        for (const { id, until } of next) await write(transaction, id, until);
        return 0;
      }),

    async mark(id, until) {
      await write(db, id, until);
    },

    async isMarked(id) {
      const row = await db.selectFrom("sign_in_mark").select("until").where("id", "=", id).executeTakeFirst();
      return row !== undefined && row.until > Date.now();
    },

    async forget(id) {
      await db.deleteFrom("sign_in_mark").where("id", "=", id).execute();
    },

    async removeOld() {
      await db.deleteFrom("sign_in_mark").where("until", "<", Date.now()).execute();
    },
  };
}
