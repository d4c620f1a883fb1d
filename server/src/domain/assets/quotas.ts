import { byteCount, limits } from "@interval/proto";
import type { Quota, UploadQuotas } from "../../config.ts";
import type { AssetRecord, AssetStore, AssetsOf, AssetUsage } from "../../store/store.ts";
import { QuotaError } from "../errors.ts";
import { spanText } from "../span-text.ts";

/**
 * Throws when an asset that was announced just now takes more than its run, its uploader or its organization may have.
 *
 * @throws {QuotaError} naming the quota, what it allows, and the setting
 */
export async function assertWithinQuotas(asset: AssetRecord, assets: AssetStore, quotas: UploadQuotas): Promise<void> {
  const { organizationId, runId, uploader } = asset;
  const idleSince = Date.now() - limits.idleUploadMs;
  const check = async (who: string, of: AssetsOf, setting: string, quota: Quota) => {
    const fault = faultOf(await assets.usage(of, idleSince), quota, setting);
    if (fault) throw new QuotaError(`${who} ${fault} ${advice}`);
  };
  await check("One run may have", { organizationId, runId }, "RUN", quotas.run);
  // A host's process uploads for everybody who uses its runs.
  if (uploader.kind === "operator") {
    await check("One person or API key may have", { organizationId, uploader }, "PERSON", quotas.person);
  }
  await check("An organization may have", { organizationId }, "ORGANIZATION", quotas.organization);
}

const advice = `Wait until uploads that are not submitted are removed, which takes up to a day, or ask an admin of the server to raise it. What was announced and brings no bytes is released after ${spanText(limits.idleUploadMs)}.`;

function faultOf({ files, bytes }: AssetUsage, quota: Quota, setting: string): string | undefined {
  if (files > quota.files)
    return `${quota.files} ${quota.files === 1 ? "file" : "files"} (UPLOAD_FILES_${setting}); this would be number ${files}.`;
  if (bytes > quota.bytes) {
    return `${byteCount(quota.bytes)} of files (UPLOAD_QUOTA_${setting}); with this one it would be ${byteCount(bytes)}.`;
  }
  return undefined;
}
