import { findAssets, type HostFrame, HostFrameSchema } from "@interval/proto";
import type { AssetStore } from "../../store/store.ts";

/**
 * Looks for assets in what a host says that are not of the run or page session, or not whole.
 *
 * @param ownerId the run or page session
 * @returns a sentence that names one, or nothing; without assets there is nothing to wait for
 */
export function foreignAsset(
  ownerId: string,
  frame: HostFrame,
  assets: AssetStore,
): Promise<string | undefined> | undefined {
  const ids = findAssets(HostFrameSchema, frame).map(({ id }) => id);
  if (ids.length === 0) return undefined;
  return assets.readAssets(ids).then((records) => {
    const own = new Set(records.filter((each) => each.runId === ownerId && each.complete).map(({ id }) => id));
    const foreign = ids.find((id) => !own.has(id));
    return foreign && `The host names the asset ${foreign}, which was not uploaded for this run.`;
  });
}
