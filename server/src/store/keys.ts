import { createHash, randomInt } from "node:crypto";
import { newId } from "../ids.ts";
import type { Db } from "./schema.ts";
import type { KeyRecord, KeyStore } from "./store.ts";

const oneMinute = 60_000;

/** API keys, in any database that Kysely speaks to. */
export function keyStore(db: Db): KeyStore {
  return {
    async createKey({ scope, createdByUserId, label }) {
      const key = `${scope.userId ? "dev" : "live"}_${randomText(43)}`;
      const record: KeyRecord = { id: newId("key"), prefix: key.slice(0, 12), scope, createdByUserId, label };
      await db
        .insertInto("api_key")
        .values({
          id: record.id,
          hash: hashOf(key),
          prefix: record.prefix,
          organization_id: scope.organizationId,
          environment_id: scope.environmentId,
          user_id: scope.userId,
          created_by: createdByUserId,
          label,
          created_at: Date.now(),
          last_used_at: null,
          expires_at: null,
          revoked_at: null,
        })
        .execute();
      return { key, record };
    },

    async findKey(key) {
      const now = Date.now();
      const row = await db
        .selectFrom("api_key")
        .selectAll()
        .where("hash", "=", hashOf(key))
        .where("revoked_at", "is", null)
        .where((where) => where.or([where("expires_at", "is", null), where("expires_at", ">", now)]))
        .executeTakeFirst();
      if (!row) return undefined;
      if (now - (row.last_used_at ?? 0) > oneMinute) {
        await db.updateTable("api_key").set({ last_used_at: now }).where("id", "=", row.id).execute();
      }
      const scope = { organizationId: row.organization_id, environmentId: row.environment_id, userId: row.user_id };
      return { id: row.id, prefix: row.prefix, scope, createdByUserId: row.created_by, label: row.label };
    },

    async revokeKey(id) {
      await db.updateTable("api_key").set({ revoked_at: Date.now() }).where("id", "=", id).execute();
    },
  };
}

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Letters and digits only, so that a double click takes the whole key; 43 of them hold 256 bits. */
function randomText(length: number): string {
  let text = "";
  for (let left = length; left > 0; left--) text += alphabet.charAt(randomInt(alphabet.length));
  return text;
}

/** Keys have 256 random bits, so a fast hash is as good as a slow one. */
function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}
