import type { AssetTable, Db } from "./schema.ts";
import type { AssetRecord, AssetStore } from "./store.ts";

/** Assets, in any database that Kysely speaks to. */
export function assetStore(db: Db): AssetStore {
  return {
    async createAsset(asset, requestId) {
      await db
        .insertInto("asset")
        .values(rowOf(asset, requestId))
        .onConflict((conflict) => conflict.columns(["run_id", "uploader_id", "request_id"]).doNothing())
        .execute();
      const row = await db
        .selectFrom("asset")
        .selectAll()
        .where("run_id", "=", asset.runId)
        .where("uploader_id", "=", asset.uploader.id)
        .where("request_id", "=", requestId)
        .executeTakeFirstOrThrow();
      return recordOf(row);
    },

    async readAsset(id) {
      const row = await db.selectFrom("asset").selectAll().where("id", "=", id).executeTakeFirst();
      return row && recordOf(row);
    },

    async readAssets(ids) {
      if (ids.length === 0) return [];
      const rows = await db.selectFrom("asset").selectAll().where("id", "in", ids).execute();
      return rows.map(recordOf);
    },

    async advanceAsset(id, from, { received, complete, storageState }) {
      const { numUpdatedRows } = await db
        .updateTable("asset")
        .set({ received, complete: complete ? 1 : 0, storage_state: storageState, touched_at: Date.now() })
        .where("id", "=", id)
        .where("received", "=", from)
        .where("complete", "=", 0)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    async keepAssets(ids) {
      if (ids.length > 0) await db.updateTable("asset").set({ kept: 1 }).where("id", "in", ids).execute();
    },

    async usage({ organizationId, runId, uploader }, idleSince) {
      let query = db
        .selectFrom("asset")
        .select(({ fn, eb, or }) => [
          // What has announced bytes that never came, and has none, takes nothing.
          fn
            .sum<number>(
              eb
                .case()
                .when(or([eb("complete", "=", 1), eb("received", ">", 0), eb("touched_at", ">=", idleSince)]))
                .then(1)
                .else(0)
                .end(),
            )
            .as("files"),
          fn
            .sum<number>(
              eb
                .case()
                .when(or([eb("complete", "=", 1), eb("touched_at", ">=", idleSince)]))
                .then(eb.ref("size"))
                .else(eb.ref("received"))
                .end(),
            )
            .as("bytes"),
        ])
        .where("organization_id", "=", organizationId);
      if (runId !== undefined) query = query.where("run_id", "=", runId);
      if (uploader) {
        query = query.where("uploader_kind", "=", uploader.kind).where("uploader_id", "=", uploader.id);
      }
      const row = await query.executeTakeFirst();
      return { files: Number(row?.files ?? 0), bytes: Number(row?.bytes ?? 0) };
    },

    async listForgottenAssets(madeBefore, limit, after = "") {
      const rows = await db
        .selectFrom("asset")
        .selectAll()
        .where((where) =>
          where.or([
            where.and([
              where("created_at", "<", madeBefore),
              where.or([where("complete", "=", 0), where("kept", "=", 0)]),
            ]),
            where.not(where.exists(where.selectFrom("run").select("run.id").whereRef("run.id", "=", "asset.run_id"))),
          ]),
        )
        .where("id", ">", after)
        .orderBy("id")
        .limit(limit)
        .execute();
      return rows.map(recordOf);
    },

    async removeAsset(id) {
      await db.deleteFrom("asset").where("id", "=", id).execute();
    },
  };
}

function rowOf(asset: AssetRecord, requestId: string): AssetTable {
  return {
    id: asset.id,
    run_id: asset.runId,
    call_key: asset.callKey,
    component_key: asset.componentKey,
    uploader_kind: asset.uploader.kind,
    uploader_id: asset.uploader.id,
    request_id: requestId,
    name: asset.name,
    media_type: asset.mediaType,
    size: asset.size,
    received: asset.received,
    complete: asset.complete ? 1 : 0,
    kept: asset.kept ? 1 : 0,
    storage_key: asset.storageKey,
    storage_state: asset.storageState,
    created_at: asset.createdAt,
    organization_id: asset.organizationId,
    touched_at: asset.createdAt,
  };
}

function recordOf(row: AssetTable): AssetRecord {
  return {
    id: row.id,
    runId: row.run_id,
    callKey: row.call_key,
    componentKey: row.component_key,
    uploader: { kind: row.uploader_kind === "host" ? "host" : "operator", id: row.uploader_id },
    name: row.name,
    mediaType: row.media_type,
    size: row.size,
    received: row.received,
    complete: row.complete === 1,
    kept: row.kept === 1,
    storageKey: row.storage_key,
    storageState: row.storage_state,
    createdAt: row.created_at,
    organizationId: row.organization_id,
  };
}
