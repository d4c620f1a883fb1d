import { createHash } from "node:crypto";
import type { DBAdapter, DBTransactionAdapter, Where } from "better-auth/adapters";

/** Rows of whatever the library stores. */
type Row = Record<string, unknown>;

/**
 * Stores the hash of a session's token in place of the token, and finds sessions by it: whoever reads the database has nobody's session. The
 * library goes on with the token that it made or was given.
 */
export function hashSessionTokens(adapter: DBAdapter): DBAdapter {
  return {
    ...adapter,
    ...hashing(adapter),
    transaction: (work) => adapter.transaction((transaction) => work({ ...transaction, ...hashing(transaction) })),
  };
}

/** The operations that see sessions. */
type Operations = Pick<
  DBTransactionAdapter,
  "create" | "findOne" | "findMany" | "count" | "update" | "updateMany" | "delete" | "deleteMany" | "consumeOne"
>;

function hashing(adapter: DBTransactionAdapter): Operations {
  return {
    create: async <T extends Row, R = T>(query: Parameters<Operations["create"]>[0]) => {
      const { token } = query.data as Row;
      if (query.model !== "session" || typeof token !== "string") return adapter.create<T, R>(query as never);
      const row = await adapter.create<Row, Row>({ ...query, data: { ...query.data, token: hashOf(token) } });
      return { ...row, token } as R;
    },
    findOne: async <T>(query: Parameters<Operations["findOne"]>[0]) => {
      const { asked, tokens } = hashed(query);
      return restored(await adapter.findOne<T>(asked), tokens);
    },
    findMany: async <T>(query: Parameters<Operations["findMany"]>[0]) => {
      const { asked, tokens } = hashed(query);
      return (await adapter.findMany<T>(asked)).map((row) => restored(row, tokens));
    },
    update: async <T>(query: Parameters<Operations["update"]>[0]) => {
      const { asked, tokens } = hashed(query);
      return restored(await adapter.update<T>(asked), tokens);
    },
    consumeOne: async <T>(query: Parameters<Operations["consumeOne"]>[0]) => {
      const { asked, tokens } = hashed(query);
      return restored(await adapter.consumeOne<T>(asked), tokens);
    },
    count: (query) => adapter.count(hashed(query).asked),
    updateMany: (query) => adapter.updateMany(hashed(query).asked),
    delete: (query) => adapter.delete(hashed(query).asked),
    deleteMany: (query) => adapter.deleteMany(hashed(query).asked),
  };
}

/** A query for sessions that names hashes where it named tokens, and the tokens by their hashes. */
function hashed<Q extends { model: string; where?: Where[] | undefined }>(
  query: Q,
): { asked: Q; tokens: Map<string, string> } {
  const tokens = new Map<string, string>();
  const hash = (token: unknown) => {
    const text = hashOf(String(token));
    tokens.set(text, String(token));
    return text;
  };
  if (query.model !== "session" || !query.where) return { asked: query, tokens };
  const where = query.where.map((each): Where => {
    if (each.field !== "token") return each;
    return { ...each, value: Array.isArray(each.value) ? each.value.map(hash) : hash(each.value) };
  });
  return { asked: { ...query, where }, tokens };
}

/** The row with the token that it was asked for by. */
function restored<T>(row: T, tokens: Map<string, string>): T {
  const token = tokens.get(String((row as Row | null)?.token));
  return token === undefined ? row : { ...row, token };
}

/** A token has 32 random characters, so a fast hash is as good as a slow one. */
function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
