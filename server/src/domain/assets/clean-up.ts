import { limits } from "@interval/proto";
import type { Logger } from "pino";
import type { Files } from "../../files/files.ts";
import type { AssetStore } from "../../store/store.ts";
import type { Pages } from "../pages/pages.ts";
import { storedOf } from "./uploads.ts";

const batch = 100;

/**
 * Removes the assets that nobody needs: those of runs and page sessions that are gone, and uploads that nobody has submitted within a day.
 *
 * @param pages whose assets look as if their run were gone
 * @returns how many were removed
 */
export async function cleanUpAssets(
  { assets, files, logger, pages }: { assets: AssetStore; files: Files; logger: Logger; pages: Pick<Pages, "isOpen"> },
  now = Date.now(),
): Promise<number> {
  let removed = 0;
  let after = "";
  for (;;) {
    const forgotten = await assets.listForgottenAssets(now - limits.unsubmittedUploadMs, batch, after);
    for (const asset of forgotten) {
      after = asset.id; // what has to stay, or cannot be removed, keeps nothing behind it
      if (pages.isOpen(asset.runId)) continue;
      try {
        await files.remove(storedOf(asset)); // first, so that no bytes are left without a record
        await assets.removeAsset(asset.id);
        removed++;
      } catch (error) {
        logger.error({ err: error, assetId: asset.id }, "an asset could not be removed; it is tried again later");
      }
    }
    if (forgotten.length < batch) return removed;
  }
}
