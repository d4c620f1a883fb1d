import { createHash, randomInt } from "node:crypto";
import { newId } from "../ids.ts";
import { newPageToken, readPageToken } from "./page-token.ts";
import type { Database, Db } from "./schema.ts";
import type { KeyRecord, KeyStore, ListedKey, Scope } from "./store.ts";

const oneMinute = 60_000;

/** API keys, in any database that Kysely speaks to. */
export function keyStore(db: Db): KeyStore {
  /** The keys of a scope that are not revoked. */
  const keysOf = ({ organizationId, environmentId, userId }: Scope) =>
    db
      .selectFrom("api_key")
      .where("organization_id", "=", organizationId)
      .where("environment_id", "=", environmentId)
      .where("user_id", userId === null ? "is" : "=", userId)
      .where("revoked_at", "is", null);

  return {
    async createKey({ kind, scope, createdByUserId, label, requestId = null }) {
      const key = `${kind === "program" ? "prog" : scope.userId ? "dev" : "live"}_${randomText(43)}`;
      const row: Database["api_key"] = {
        id: newId("key"),
        kind,
        hash: hashOf(key),
        prefix: key.slice(0, 12),
        organization_id: scope.organizationId,
        environment_id: scope.environmentId,
        user_id: scope.userId,
        created_by: createdByUserId,
        label,
        created_at: Date.now(),
        last_used_at: null,
        expires_at: null,
        revoked_at: null,
        request_id: requestId,
      };
      await db
        .insertInto("api_key")
        .values(row)
        .onConflict((conflict) => conflict.columns(["created_by", "request_id"]).doUpdateSet(row))
        .execute();
      return { key, record: listedOf(row) };
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
      return recordOf(row);
    },

    async listKeys({ scope, pageSize, pageToken }) {
      let select = keysOf(scope)
        .selectAll()
        .orderBy("id", "desc")
        .limit(pageSize + 1);
      if (pageToken) select = select.where("id", "<", readPageToken(pageToken, [scope]));
      const rows = await select.execute();
      const page = rows.slice(0, pageSize);
      const last = page.at(-1);
      const nextPageToken = rows.length > page.length && last ? newPageToken(last.id, [scope]) : "";
      return { keys: page.map(listedOf), nextPageToken };
    },

    async listKeysOf(organizationId) {
      const rows = await db
        .selectFrom("api_key")
        .selectAll()
        .where("organization_id", "=", organizationId)
        .where("revoked_at", "is", null)
        .orderBy("id", "desc")
        .execute();
      return rows.map(listedOf);
    },

    async countKeys(scope) {
      const { count } = await keysOf(scope)
        .select(({ fn }) => fn.countAll<number>().as("count"))
        .executeTakeFirstOrThrow();
      return Number(count);
    },

    async readKey(id) {
      const row = await db.selectFrom("api_key").selectAll().where("id", "=", id).executeTakeFirst();
      return row && recordOf(row);
    },

    async revokeKey(id) {
      await db.updateTable("api_key").set({ revoked_at: Date.now() }).where("id", "=", id).execute();
    },
  };
}

function recordOf(row: Database["api_key"]): KeyRecord {
  const scope = { organizationId: row.organization_id, environmentId: row.environment_id, userId: row.user_id };
  return { id: row.id, kind: row.kind, prefix: row.prefix, scope, createdByUserId: row.created_by, label: row.label };
}

function listedOf(row: Database["api_key"]): ListedKey {
  return { ...recordOf(row), createdAt: row.created_at, lastUsedAt: row.last_used_at };
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
