import { findAssets, type HostFrame, IoCallSchema, IoComponentSchema, TableRowSchema } from "@interval/proto";
import type { AssetStore } from "../../store/store.ts";

/**
 * Looks for assets in what a host shows that are not of the run, or not whole.
 *
 * @returns a sentence that names one, or nothing; without assets there is nothing to wait for
 */
export function foreignAsset(
  runId: string,
  body: HostFrame["body"],
  assets: AssetStore,
): Promise<string | undefined> | undefined {
  const ids = assetsOf(body);
  if (ids.length === 0) return undefined;
  return assets.readAssets(ids).then((records) => {
    const own = new Set(records.filter((each) => each.runId === runId && each.complete).map(({ id }) => id));
    const foreign = ids.find((id) => !own.has(id));
    return foreign && `The host shows the asset ${foreign}, which was not uploaded for this run.`;
  });
}

function assetsOf({ case: name, value }: HostFrame["body"]): string[] {
  if (name === "call") return value.call ? findAssets(IoCallSchema, value.call).map(({ id }) => id) : [];
  if (name !== "patch") return [];
  const { change } = value;
  if (change.case === "component") return findAssets(IoComponentSchema, change.value).map(({ id }) => id);
  if (change.case === "row" && change.value.row) {
    return findAssets(TableRowSchema, change.value.row).map(({ id }) => id);
  }
  return [];
}
